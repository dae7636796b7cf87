-- One row a status that a mapping may be about: of the dictionary, of a container, of a lead's past; with the leads that stand in it now.
with stood as (
    select
        counted.statuses[cardinality(counted.statuses)] as status,
        sum(counted.leads)::bigint as leads
    from mart.amocrm_path as counted
    where counted.account = %(account)s
    group by counted.statuses[cardinality(counted.statuses)]
),

now_there as (
    select
        split_part(status, ':', 1)::bigint as pipeline_id,
        split_part(status, ':', 2)::bigint as status_id,
        leads
    from stood
),

spelled as (
    select distinct one.status
    from mart.amocrm_path as counted
    cross join lateral unnest(counted.statuses) as one (status)
    where counted.account = %(account)s
),

ever as (
    select
        split_part(status, ':', 1)::bigint as pipeline_id,
        split_part(status, ':', 2)::bigint as status_id
    from spelled
),

named as (
    select
        pipeline_id,
        status_id
    from mart.amocrm_status
    where account = %(account)s
    union
    select
        pipeline_id,
        status_id
    from mart.amocrm_container_status
    where account = %(account)s
    union
    select
        pipeline_id,
        status_id
    from ever
)

select
    named.pipeline_id,
    coalesce(pipeline.name, '№ ' || named.pipeline_id) as pipeline,
    coalesce(pipeline.is_archive, false) as is_archive,
    named.status_id,
    coalesce(status.name, '№ ' || named.status_id) as name,
    coalesce(status.is_gone or pipeline.is_gone, true) as is_gone,
    ever.status_id is not null as was_used,
    coalesce(now_there.leads, 0) as leads
from named
left join mart.amocrm_pipeline as pipeline on pipeline.account = %(account)s and named.pipeline_id = pipeline.pipeline_id
left join mart.amocrm_status as status
    on status.account = %(account)s and named.pipeline_id = status.pipeline_id and named.status_id = status.status_id
left join now_there on named.pipeline_id = now_there.pipeline_id and named.status_id = now_there.status_id
left join ever on named.pipeline_id = ever.pipeline_id and named.status_id = ever.status_id
order by coalesce(pipeline.is_archive, true), pipeline.sort nulls last, named.pipeline_id, status.sort nulls last, named.status_id;
