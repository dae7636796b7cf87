-- One row a reason, a container and a manager, as `by` says: leads that stand in refusal, and what was lost with them.
with counted as (
    select
        case
            when grouping(state.loss_reason_id) = 0 then 'reason'
            when grouping(state.refused_from) = 0 then 'container'
            else 'manager'
        end as by,
        state.loss_reason_id,
        state.refused_from,
        state.responsible_user_id,
        count(*) as leads,
        coalesce(sum(state.price), 0) as lost_amount
    from mart.amocrm_lead_funnel_state as state
    where
        state.account = %(account)s
        and state.funnel_id = %(funnel)s
        and state.marker = 'refusal'
        and (%(first_day)s::date is null or state.created_day >= %(first_day)s)
        and (%(end_day)s::date is null or state.created_day < %(end_day)s)
    group by grouping sets ((state.loss_reason_id), (state.refused_from), (state.responsible_user_id))
)

select
    counted.by,
    coalesce(counted.loss_reason_id::text, counted.refused_from, counted.responsible_user_id::text, '') as key,
    coalesce(
        reason.name, '№ ' || counted.loss_reason_id,
        container.title, counted.refused_from,
        manager.name, '№ ' || counted.responsible_user_id
    ) as name,
    counted.leads,
    counted.lost_amount
from counted
left join mart.amocrm_loss_reason as reason on reason.account = %(account)s and counted.loss_reason_id = reason.loss_reason_id
left join mart.amocrm_container as container
    on container.account = %(account)s and container.funnel_id = %(funnel)s and counted.refused_from = container.container_id
left join mart.amocrm_user as manager on manager.account = %(account)s and counted.responsible_user_id = manager.user_id
order by counted.leads desc, key asc;
