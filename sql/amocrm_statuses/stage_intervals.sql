-- One row a stay in a container: moves inside it are one stay, which ends at the next status that is not in it, mapped or not.
insert into stage.amocrm_statuses_interval (
    run_id, lead_id, seq, funnel_id, container_id, position, marker, entered_at, left_at, source
)
with point as (
    select
        point.lead_id,
        point.seq,
        point.occurred_at,
        point.source,
        mapped.funnel_id,
        mapped.container_id,
        lag(mapped.funnel_id) over path as funnel_before,
        lag(mapped.container_id) over path as container_before
    from stage.amocrm_statuses_point as point
    left join mart.amocrm_container_status as mapped
        on
            mapped.account = %(account)s
            and point.pipeline_id = mapped.pipeline_id
            and point.status_id = mapped.status_id
    where point.run_id = %(run_id)s
    window path as (partition by point.lead_id order by point.seq)
),

stay as (
    select
        lead_id,
        seq,
        funnel_id,
        container_id,
        source,
        occurred_at,
        lead(occurred_at) over (partition by lead_id order by seq) as left_at
    from point
    where seq = 0 or (funnel_id, container_id) is distinct from (funnel_before, container_before)
)

select
    %(run_id)s,
    stay.lead_id,
    stay.seq,
    stay.funnel_id,
    stay.container_id,
    container.position,
    container.marker,
    stay.occurred_at,
    stay.left_at,
    stay.source
from stay
inner join mart.amocrm_container as container
    on container.account = %(account)s and stay.funnel_id = container.funnel_id and stay.container_id = container.container_id;
