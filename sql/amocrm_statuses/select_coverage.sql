-- How many live leads stand in statuses that are in a container, by pipeline; which statuses with leads are in none.
with stands as (
    select
        pipeline_id,
        status_id,
        count(*) as leads
    from mart.v_amocrm_lead_now
    where account = %(account)s and not is_deleted
    group by pipeline_id, status_id
)

select
    stands.pipeline_id,
    coalesce(pipeline.name, stands.pipeline_id::text) as name,
    sum(stands.leads)::bigint as leads,
    coalesce(sum(stands.leads) filter (where mapped.container_id is not null), 0)::bigint as mapped,
    coalesce(
        array_agg(distinct coalesce(status.name, stands.status_id::text)) filter (where mapped.container_id is null), '{}'
    ) as unmapped_statuses
from stands
left join mart.amocrm_pipeline as pipeline on pipeline.account = %(account)s and stands.pipeline_id = pipeline.pipeline_id
left join mart.amocrm_status as status
    on status.account = %(account)s and stands.pipeline_id = status.pipeline_id and stands.status_id = status.status_id
left join mart.amocrm_container_status as mapped
    on mapped.account = %(account)s and stands.pipeline_id = mapped.pipeline_id and stands.status_id = mapped.status_id
group by stands.pipeline_id, pipeline.name
order by stands.pipeline_id;
