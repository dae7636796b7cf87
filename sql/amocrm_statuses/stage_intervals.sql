-- One row a stay in a container: moves inside it are one stay, which ends at the next status that is not in it, mapped or not.
insert into stage.amocrm_statuses_interval (
    run_id, lead_id, seq, funnel_id, container_id, position, marker, entered_at, left_at, source
)
with container as (
    select
        row_number() over (order by funnel_id, container_id) as number,
        funnel_id,
        container_id,
        position,
        marker
    from mart.amocrm_container
    where account = %(account)s
),

mapped as (
    select
        status.pipeline_id,
        status.status_id,
        container.number
    from mart.amocrm_container_status as status
    inner join container on status.funnel_id = container.funnel_id and status.container_id = container.container_id
    where status.account = %(account)s
),

point as (
    select
        point.lead_id,
        point.seq,
        point.occurred_at,
        point.source,
        mapped.number,
        coalesce(mapped.number, 0) as place,
        lag(coalesce(mapped.number, 0), 1, -1::bigint) over (partition by point.lead_id order by point.seq) as place_before
    from stage.amocrm_statuses_point as point
    left join mapped on point.pipeline_id = mapped.pipeline_id and point.status_id = mapped.status_id
    where point.run_id = %(run_id)s
),

stay as (
    select
        lead_id,
        seq,
        number,
        source,
        occurred_at,
        lead(occurred_at) over (partition by lead_id order by seq) as left_at
    from point
    where place <> place_before
)

select
    %(run_id)s,
    stay.lead_id,
    stay.seq,
    container.funnel_id,
    container.container_id,
    container.position,
    container.marker,
    stay.occurred_at,
    stay.left_at,
    stay.source
from stay
inner join container on stay.number = container.number;
