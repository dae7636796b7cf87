-- One row a lead that stands in refusal, of one reason, container and manager where they are asked for; the latest refused first.
select
    state.lead_id,
    lead.name,
    state.price,
    state.refused_at,
    state.since,
    coalesce(reason.name, '№ ' || state.loss_reason_id) as reason,
    coalesce(container.title, state.refused_from) as refused_from,
    coalesce(manager.name, '№ ' || state.responsible_user_id) as manager
from mart.amocrm_lead_funnel_state as state
inner join mart.amocrm_lead as lead on state.account = lead.account and state.lead_id = lead.lead_id
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
    and (%(reason)s::text is null or coalesce(state.loss_reason_id::text, '') = %(reason)s)
    and (%(container)s::text is null or coalesce(state.refused_from, '') = %(container)s)
    and (%(manager)s::text is null or coalesce(state.responsible_user_id::text, '') = %(manager)s)
    and (%(below)s::timestamptz is null or (state.since, state.lead_id) < (%(below)s, %(before)s::bigint))
order by state.since desc, state.lead_id desc
limit %(page_size)s;
