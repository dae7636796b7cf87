-- One row a reason of refusal; a row that is as it was keeps its run.
insert into mart.amocrm_loss_reason as kept (
    account, loss_reason_id, name, sort, is_gone, changed_run_id
)
select distinct on (told.loss_reason_id)
    %(account)s,
    told.loss_reason_id,
    told.name,
    told.sort,
    false,
    %(run_id)s
from stage.amocrm_statuses_dictionary as staged
cross join
    lateral jsonb_to_record(staged.item)
        as told (
            loss_reason_id bigint, name text, sort integer
        )
where staged.run_id = %(run_id)s and staged.kind = 'loss_reason'
order by told.loss_reason_id, staged.place
on conflict (account, loss_reason_id) do update
    set
        name = excluded.name,
        sort = excluded.sort,
        is_gone = excluded.is_gone,
        changed_run_id = excluded.changed_run_id
    where
    (
        kept.name, kept.sort, kept.is_gone
    ) is distinct from (
        excluded.name, excluded.sort, excluded.is_gone
    );
