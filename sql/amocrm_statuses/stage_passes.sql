-- One row a container a lead counts as having passed (smart-data-hub 5.7): those it stood in, and containers without a marker that lie
-- between two of them that it must have gone through. An implied one was passed when a later container was first entered.
insert into stage.amocrm_statuses_pass (
    run_id, lead_id, funnel_id, container_id, position, kind, passed_at, last_entered_at, entries, closed_seconds, open_since
)
with visit as (
    select
        lead_id,
        funnel_id,
        container_id,
        position,
        marker,
        min(entered_at) as first_at,
        max(entered_at) as last_at,
        count(*) as entries,
        coalesce(sum(extract(epoch from left_at - entered_at)), 0)::bigint as closed_seconds,
        max(entered_at) filter (where left_at is null) as open_since
    from stage.amocrm_statuses_interval
    where run_id = %(run_id)s
    group by lead_id, funnel_id, container_id, position, marker
),

rung as (
    select
        lead_id,
        funnel_id,
        position,
        lag(position, 1, 0) over (partition by lead_id, funnel_id order by position) as below,
        min(first_at) over (partition by lead_id, funnel_id order by position desc) as earliest
    from visit
    where marker is null or marker = 'success'
)

select
    %(run_id)s,
    lead_id,
    funnel_id,
    container_id,
    position,
    'visited',
    first_at,
    last_at,
    entries,
    closed_seconds,
    open_since
from visit
union all
select
    %(run_id)s,
    rung.lead_id,
    rung.funnel_id,
    container.container_id,
    container.position,
    'implied',
    rung.earliest,
    null,
    0,
    0,
    null
from rung
inner join stage.amocrm_statuses_state as state
    on
        state.run_id = %(run_id)s
        and rung.lead_id = state.lead_id
        and rung.funnel_id = state.funnel_id
        and rung.position <= state.implied_below
inner join mart.amocrm_container as container
    on
        container.account = %(account)s
        and rung.funnel_id = container.funnel_id
        and container.marker is null
        and rung.below < container.position
        and rung.position > container.position;
