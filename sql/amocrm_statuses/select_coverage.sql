-- How many live leads stand in statuses that are in a container, by pipeline; which statuses with leads are in none.
select
    lead.pipeline_id,
    coalesce(pipeline.name, lead.pipeline_id::text) as name,
    count(*) as leads,
    count(*) filter (where mapped.container_id is not null) as mapped,
    coalesce(
        array_agg(distinct coalesce(status.name, lead.status_id::text)) filter (where mapped.container_id is null), '{}'
    ) as unmapped_statuses
from mart.amocrm_lead as lead
left join mart.amocrm_pipeline as pipeline on pipeline.account = %(account)s and lead.pipeline_id = pipeline.pipeline_id
left join mart.amocrm_status as status
    on status.account = %(account)s and lead.pipeline_id = status.pipeline_id and lead.status_id = status.status_id
left join mart.amocrm_container_status as mapped
    on mapped.account = %(account)s and lead.pipeline_id = mapped.pipeline_id and lead.status_id = mapped.status_id
where lead.account = %(account)s and not lead.is_deleted
group by lead.pipeline_id, pipeline.name
order by lead.pipeline_id;
