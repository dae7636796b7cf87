-- One row a funnel that a lead is in: how it stands there, and what became of handing it over to Smart Data Hub.
select
    state.funnel_id,
    funnel.title as funnel_title,
    state.container_id,
    container.title,
    state.marker,
    state.since,
    state.is_outside,
    state.price,
    state.sales_volume,
    state.success_amount,
    state.returned_amount,
    state.success_at,
    state.success_at_source,
    state.refused_at,
    reason.name as reason,
    state.history_complete,
    push.state as push_state,
    push.remote_id,
    push.attempts,
    push.error as push_error,
    push.pushed_at
from mart.amocrm_lead_funnel_state as state
inner join mart.amocrm_funnel as funnel on state.account = funnel.account and state.funnel_id = funnel.funnel_id
inner join mart.amocrm_container as container
    on state.account = container.account and state.funnel_id = container.funnel_id and state.container_id = container.container_id
left join mart.amocrm_loss_reason as reason on state.account = reason.account and state.loss_reason_id = reason.loss_reason_id
left join mart.amocrm_sdh_push as push
    on state.account = push.account and state.lead_id = push.lead_id and state.funnel_id = push.funnel_id
where state.account = %(account)s and state.lead_id = %(lead)s
order by funnel.place;
