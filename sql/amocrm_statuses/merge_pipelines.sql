-- One row a pipeline; a row that is as it was keeps its run.
insert into mart.amocrm_pipeline as kept (
    account, pipeline_id, name, sort, is_main, is_archive, is_gone, changed_run_id
)
select distinct on (told.pipeline_id)
    %(account)s,
    told.pipeline_id,
    told.name,
    told.sort,
    told.is_main,
    told.is_archive,
    false,
    %(run_id)s
from stage.amocrm_statuses_dictionary as staged
cross join
    lateral jsonb_to_record(staged.item)
        as told (
            pipeline_id bigint, name text, sort integer, is_main boolean, is_archive boolean
        )
where staged.run_id = %(run_id)s and staged.kind = 'pipeline'
order by told.pipeline_id, staged.place
on conflict (account, pipeline_id) do update
    set
        name = excluded.name,
        sort = excluded.sort,
        is_main = excluded.is_main,
        is_archive = excluded.is_archive,
        is_gone = excluded.is_gone,
        changed_run_id = excluded.changed_run_id
    where
    (
        kept.name, kept.sort, kept.is_main, kept.is_archive, kept.is_gone
    ) is distinct from (
        excluded.name, excluded.sort, excluded.is_main, excluded.is_archive, excluded.is_gone
    );
