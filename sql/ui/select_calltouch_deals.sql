-- One row a Calltouch project that an order is known to, with what it was told last and where the lead came from.
select
    deal.order_ref,
    deal.account,
    deal.site_id,
    deal.calltouch_order_id,
    deal.state,
    deal.sent_status,
    deal.sent_status_at,
    deal.sent_revenue,
    deal.sent_margin,
    deal.sent_funnel,
    deal.sent_manager,
    deal.sent_tags,
    deal.first_sent_at,
    deal.last_sent_at,
    deal.last_error,
    deal.attempts,
    deal.last_run_id,
    lead.state as source_state,
    nullif(concat_ws(' / ', lead.source, lead.medium, lead.campaign, lead.keyword), '') as source,
    lead.source as source_name,
    lead.medium,
    lead.campaign,
    lead.keyword,
    lead.checked_at,
    lead.found_at,
    lead.written_back_at,
    lead.written_value,
    lead.kept_value,
    lead.last_error as source_error
from mart.calltouch_deal as deal
left join mart.calltouch_lead_source as lead on deal.site_id = lead.site_id and deal.order_ref = lead.order_ref
where deal.order_ref = any(%(orders)s::uuid[])
order by deal.account, deal.site_id;
