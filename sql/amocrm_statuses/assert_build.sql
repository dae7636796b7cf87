-- What must hold of the leads just built. Tables of a million rows are read where they are needed, not kept in between.
with kept as materialized (
    select
        built.lead_id,
        lead.is_deleted,
        lead.pipeline_id,
        lead.status_id,
        lead.price,
        greatest(lead.updated_at, lead.seen_at) as known_until
    from stage.amocrm_statuses_affected as built
    inner join mart.amocrm_lead as lead on lead.account = %(account)s and built.lead_id = lead.lead_id
    where built.run_id = %(run_id)s and built.is_kept
),

state as materialized (
    select
        lead_id,
        funnel_id,
        position,
        marker,
        sales_volume
    from stage.amocrm_statuses_state
    where run_id = %(run_id)s
),

container as (
    select
        funnel_id,
        container_id,
        position,
        marker
    from mart.amocrm_container
    where account = %(account)s
),

implied as materialized (
    select
        lead_id,
        funnel_id,
        container_id
    from stage.amocrm_statuses_pass
    where run_id = %(run_id)s and kind = 'implied'
),

-- Each container has as many stays as its visits count, of the same leads: their numbers are added up, not compared one by one.
stayed as (
    select
        funnel_id,
        container_id,
        count(*) as stays,
        sum(lead_id) as leads
    from stage.amocrm_statuses_interval
    where run_id = %(run_id)s
    group by funnel_id, container_id
),

visited as (
    select
        funnel_id,
        container_id,
        sum(entries) as stays,
        sum(entries * lead_id) as leads
    from stage.amocrm_statuses_pass
    where run_id = %(run_id)s and kind = 'visited'
    group by funnel_id, container_id
),

path as (
    select
        occurred_at,
        lag(occurred_at) over (partition by lead_id order by seq) as occurred_before
    from stage.amocrm_statuses_point
    where run_id = %(run_id)s
),

-- Leads that moved after they were read: where they stand is told by the event.
moved_since as materialized (
    select distinct kept.lead_id
    from stage.amocrm_statuses_point as point
    inner join kept on point.lead_id = kept.lead_id and point.occurred_at > kept.known_until
    where point.run_id = %(run_id)s and point.source = 'event'
),

earlier as (
    select
        won.funnel_id,
        count(*) as containers
    from container as won
    inner join container on won.funnel_id = container.funnel_id and won.position > container.position and container.marker is null
    where won.marker = 'success'
    group by won.funnel_id
),

climbed as (
    select
        state.lead_id,
        state.funnel_id,
        count(container.container_id) as containers
    from state
    inner join stage.amocrm_statuses_pass as pass
        on pass.run_id = %(run_id)s and state.lead_id = pass.lead_id and state.funnel_id = pass.funnel_id
    left join container
        on
            pass.funnel_id = container.funnel_id
            and pass.container_id = container.container_id
            and container.marker is null
            and state.position > container.position
    where state.marker = 'success'
    group by state.lead_id, state.funnel_id
),

sold as (
    select coalesce(sum(state.sales_volume), 0) as amount
    from state
    inner join kept on state.lead_id = kept.lead_id
    left join moved_since on state.lead_id = moved_since.lead_id
    where moved_since.lead_id is null
),

standing as (
    select coalesce(sum(kept.price), 0) as amount
    from kept
    inner join mart.amocrm_container_status as mapped
        on mapped.account = %(account)s and kept.pipeline_id = mapped.pipeline_id and kept.status_id = mapped.status_id
    inner join container
        on mapped.funnel_id = container.funnel_id and mapped.container_id = container.container_id and container.marker = 'success'
    left join moved_since on kept.lead_id = moved_since.lead_id
    where moved_since.lead_id is null
)

select
    not exists (
        select from state
        group by lead_id, funnel_id
        having count(*) > 1
    ) as one_state_a_lead_and_funnel,
    not exists (
        select from stayed
        full join visited on stayed.funnel_id = visited.funnel_id and stayed.container_id = visited.container_id
        where (stayed.stays, stayed.leads) is distinct from (visited.stays, visited.leads)
    ) as visits_are_passed,
    not exists (
        select from state
        inner join implied on state.lead_id = implied.lead_id and state.funnel_id = implied.funnel_id
        where state.marker = 'refusal'
    ) as nothing_is_implied_on_refusal,
    not exists (
        select from climbed
        inner join earlier on climbed.funnel_id = earlier.funnel_id
        where climbed.containers <> earlier.containers
    ) as success_passes_all_earlier,
    not exists (
        select from implied
        inner join container on implied.funnel_id = container.funnel_id and implied.container_id = container.container_id
        where container.marker is not null
    ) as marked_are_never_implied,
    %(price_basis)s <> 'current' or sold.amount = standing.amount as sales_are_prices_in_success,
    not exists (
        select from state
        left join stage.amocrm_statuses_interval as stay
            on stay.run_id = %(run_id)s and state.lead_id = stay.lead_id and state.funnel_id = stay.funnel_id
        where stay.lead_id is null
    ) as every_state_has_an_interval,
    not exists (
        select from path
        where occurred_before > occurred_at
    ) as points_are_in_order,
    not exists (
        select from kept
        where is_deleted
    ) as kept_leads_are_live
from sold
cross join standing;
