-- One row a reason, a container or a manager, as `by` says: leads that stand in refusal, and what was lost with them.
select
    case %(by)s
        when 'reason' then coalesce(state.loss_reason_id::text, '')
        when 'container' then coalesce(state.refused_from, '')
        else coalesce(state.responsible_user_id::text, '')
    end as key,
    max(
        case %(by)s
            when 'reason' then coalesce(reason.name, '№ ' || state.loss_reason_id)
            when 'container' then coalesce(container.title, state.refused_from)
            else coalesce(manager.name, '№ ' || state.responsible_user_id)
        end
    ) as name,
    count(*) as leads,
    coalesce(sum(state.price), 0) as lost_amount
from mart.amocrm_lead_funnel_state as state
left join mart.amocrm_loss_reason as reason on state.account = reason.account and state.loss_reason_id = reason.loss_reason_id
left join mart.amocrm_container as container
    on state.account = container.account and state.funnel_id = container.funnel_id and state.refused_from = container.container_id
left join mart.amocrm_user as manager on state.account = manager.account and state.responsible_user_id = manager.user_id
where
    state.account = %(account)s
    and state.funnel_id = %(funnel)s
    and state.marker = 'refusal'
    and (%(first_day)s::date is null or state.created_day >= %(first_day)s)
    and (%(end_day)s::date is null or state.created_day < %(end_day)s)
group by key
order by leads desc, key asc;
