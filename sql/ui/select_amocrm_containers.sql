-- One row a container of an account's funnels as the marts hold them, in order, with the statuses in it as pipeline:status.
select
    funnel.funnel_id,
    funnel.title as funnel_title,
    container.container_id,
    container.title,
    container.position,
    container.marker,
    held.statuses
from mart.amocrm_funnel as funnel
inner join mart.amocrm_container as container on funnel.account = container.account and funnel.funnel_id = container.funnel_id
cross join
    lateral (
        select
            coalesce(
                array_agg(mapped.pipeline_id || ':' || mapped.status_id order by mapped.pipeline_id, mapped.status_id), '{}'
            ) as statuses
        from mart.amocrm_container_status as mapped
        where
            mapped.account = container.account
            and mapped.funnel_id = container.funnel_id
            and mapped.container_id = container.container_id
    ) as held
where funnel.account = %(account)s
order by funnel.place, container.position;
