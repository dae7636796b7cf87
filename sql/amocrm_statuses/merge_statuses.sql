-- One row a status of a pipeline; a row that is as it was keeps its run.
insert into mart.amocrm_status as kept (
    account, pipeline_id, status_id, name, sort, type, color, is_editable, is_gone, changed_run_id
)
select distinct on (told.pipeline_id, told.status_id)
    %(account)s,
    told.pipeline_id,
    told.status_id,
    told.name,
    told.sort,
    told.type,
    told.color,
    told.is_editable,
    false,
    %(run_id)s
from stage.amocrm_statuses_dictionary as staged
cross join
    lateral jsonb_to_record(staged.item)
        as told (
            pipeline_id bigint, status_id bigint, name text, sort integer, type smallint, color text, is_editable boolean
        )
where staged.run_id = %(run_id)s and staged.kind = 'status'
order by told.pipeline_id, told.status_id, staged.place
on conflict (account, pipeline_id, status_id) do update
    set
        name = excluded.name,
        sort = excluded.sort,
        type = excluded.type,
        color = excluded.color,
        is_editable = excluded.is_editable,
        is_gone = excluded.is_gone,
        changed_run_id = excluded.changed_run_id
    where
    (
        kept.name, kept.sort, kept.type, kept.color, kept.is_editable, kept.is_gone
    ) is distinct from (
        excluded.name, excluded.sort, excluded.type, excluded.color, excluded.is_editable, excluded.is_gone
    );
