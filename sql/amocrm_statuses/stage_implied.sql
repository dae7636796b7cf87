-- One row a container without a marker that a lead never stood in, yet must have gone through, since it stood in a later one
-- (smart-data-hub 5.7): it was passed when a later one, of success or without a marker, was first entered.
insert into stage.amocrm_statuses_pass (
    run_id, lead_id, funnel_id, container_id, position, kind, passed_at, last_entered_at, entries, closed_seconds, open_since
)
with implied as (
    select
        state.lead_id,
        state.funnel_id,
        container.container_id,
        container.position
    from stage.amocrm_statuses_state as state
    inner join mart.amocrm_container as container
        on
            container.account = %(account)s
            and state.funnel_id = container.funnel_id
            and container.marker is null
            and state.implied_below > container.position
    where
        state.run_id = %(run_id)s
        and not exists (
            select from stage.amocrm_statuses_pass as visit
            where
                visit.run_id = %(run_id)s
                and visit.lead_id = state.lead_id
                and visit.funnel_id = state.funnel_id
                and visit.position = container.position
        )
),

rung as (
    select
        visit.lead_id,
        visit.funnel_id,
        visit.position,
        visit.passed_at
    from stage.amocrm_statuses_pass as visit
    inner join mart.amocrm_container as container
        on
            container.account = %(account)s
            and visit.funnel_id = container.funnel_id
            and visit.position = container.position
            and (container.marker is null or container.marker = 'success')
    where visit.run_id = %(run_id)s
)

select
    %(run_id)s,
    implied.lead_id,
    implied.funnel_id,
    implied.container_id,
    implied.position,
    'implied',
    min(rung.passed_at),
    null,
    0,
    0,
    null
from implied
inner join rung
    on implied.lead_id = rung.lead_id and implied.funnel_id = rung.funnel_id and implied.position < rung.position
group by implied.lead_id, implied.funnel_id, implied.container_id, implied.position;
