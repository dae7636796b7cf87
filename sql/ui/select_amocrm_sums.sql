-- One row: what leads of a funnel, created in a span of days, come to by the marts.
select
    count(*) as leads,
    count(*) filter (where state.marker = 'success' and not state.is_outside) as successes,
    count(*) filter (where state.marker = 'refusal') as refusals,
    count(*) filter (where state.is_outside) as outside,
    coalesce(sum(state.sales_volume), 0) as sales_volume,
    coalesce(sum(state.success_amount), 0) as success_amount,
    coalesce(sum(state.returned_amount), 0) as returned_amount
from mart.amocrm_lead_funnel_state as state
where
    state.account = %(account)s
    and state.funnel_id = %(funnel)s
    and (%(first_day)s::date is null or state.created_day >= %(first_day)s)
    and (%(end_day)s::date is null or state.created_day < %(end_day)s);
