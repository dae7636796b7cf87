-- One row a container a lead stood in (smart-data-hub 5.7): it has passed it.
insert into stage.amocrm_statuses_pass (
    run_id, lead_id, funnel_id, container_id, position, kind, passed_at, last_entered_at, entries, closed_seconds, open_since
)
with visit as (
    select
        lead_id,
        funnel_id,
        position,
        min(entered_at) as first_at,
        max(entered_at) as last_at,
        count(*) as entries,
        coalesce(extract(epoch from sum(left_at - entered_at)), 0)::bigint as closed_seconds,
        max(entered_at) filter (where left_at is null) as open_since
    from stage.amocrm_statuses_interval
    where run_id = %(run_id)s
    group by lead_id, funnel_id, position
)

select
    %(run_id)s,
    visit.lead_id,
    visit.funnel_id,
    container.container_id,
    visit.position,
    'visited',
    visit.first_at,
    visit.last_at,
    visit.entries,
    visit.closed_seconds,
    visit.open_since
from visit
inner join mart.amocrm_container as container
    on container.account = %(account)s and visit.funnel_id = container.funnel_id and visit.position = container.position;
