-- One row a container of the funnels a lead is in, in order: whether it has passed it, and how that is known.
select
    state.funnel_id,
    container.container_id,
    container.title,
    container.position,
    container.marker,
    pass.kind,
    pass.passed_at,
    pass.entries,
    pass.closed_seconds + coalesce(extract(epoch from now() - pass.open_since), 0)::bigint as seconds
from mart.amocrm_lead_funnel_state as state
inner join mart.amocrm_funnel as funnel on state.account = funnel.account and state.funnel_id = funnel.funnel_id
inner join mart.amocrm_container as container on state.account = container.account and state.funnel_id = container.funnel_id
left join mart.amocrm_lead_container_pass as pass
    on
        state.account = pass.account and state.lead_id = pass.lead_id and state.funnel_id = pass.funnel_id
        and container.container_id = pass.container_id
where state.account = %(account)s and state.lead_id = %(lead)s
order by funnel.place, container.position;
