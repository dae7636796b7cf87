-- Which container a status is in: what the settings say and is not there comes in.
insert into mart.amocrm_container_status (account, pipeline_id, status_id, funnel_id, container_id)
select
    %(account)s,
    told.pipeline_id,
    told.status_id,
    told.funnel_id,
    told.container_id
from
    jsonb_to_recordset(%(mapping)s::jsonb -> 'container_statuses')
        as told (
            pipeline_id bigint, status_id bigint, funnel_id text, container_id text
        )
on conflict do nothing;
