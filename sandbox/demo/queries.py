"""Queries worth trying on the warehouse after the demo."""

DEAL_IMPORT = [
    (
        "What each run did",
        """
select run_id, source, dry_run, state, finished_at - started_at as took, counters
from ops.run
where pipeline = 'deal_import'
order by run_id
""",
    ),
    (
        "Deals put together from several payments",
        """
select
    deal.deal_id, client.name, status.name as status, deal.actual_amount, deal.currency,
    string_agg(payment.record_id || ': ' || payment.amount, ', ' order by payment.paid_at) as payments
from mart.payment as payment
inner join mart.deal as deal on payment.deal_id = deal.deal_id
inner join mart.client as client on deal.client_id = client.client_id
inner join mart.deal_status as status on deal.status_id = status.status_id
group by deal.deal_id, client.name, status.name
having count(*) > 1
order by deal.actual_amount desc
limit 10
""",
    ),
    (
        "What deserves a look: refusals and warnings of the last run of a source",
        """
select log.record_key, log.severity, code.code, code.text, log.details
from ops.run_log as log
cross join unnest(log.codes) as named (code)
inner join ops.code as code on named.code = code.code
where
    log.run_id = (select max(run_id) from ops.run where pipeline = 'deal_import' and source = 'main')
    and code.severity <> 'info'
order by log.severity, log.seq
limit 20
""",
    ),
]
CALLTOUCH_ORDERS = [
    (
        "Orders of 1C with the deal in Calltouch and where its lead came from",
        """
select
    document.title, document.total, deal.site_id as project, deal.state, deal.sent_revenue, deal.sent_margin,
    deal.sent_funnel, concat_ws(' / ', lead.source, lead.medium, lead.campaign, lead.keyword) as came_from
from mart.erp_order as document
left join mart.calltouch_deal as deal on document.order_ref = deal.order_ref
left join mart.calltouch_lead_source as lead
    on deal.site_id = lead.site_id and deal.order_ref = lead.order_ref and lead.state = 'found'
order by document.ordered_at, document.title
limit 20
""",
    ),
    (
        "What was sent to Calltouch and to 1C, latest first: sums and sources before and after",
        """
select
    action.sent_at, action.target, action.kind, document.title, action.state,
    coalesce(action.before ->> 'revenue', action.before ->> 'full') as before,
    coalesce(action.after ->> 'revenue', action.after ->> 'full') as after, action.http_status
from ops.action
inner join mart.erp_order as document on action.key = document.order_ref::text
where action.pipeline = 'calltouch_orders'
order by action.sent_at desc, action.action_id desc
limit 20
""",
    ),
]
OPENCART_CATALOG = [
    (
        "What was written to KeepinCRM, latest first: each field before and after",
        """
select
    action.sent_at, action.kind, action.key, field.name,
    action.before ->> field.name as before, field.after
from ops.action
cross join jsonb_each_text(action.after) as field (name, after)
where
    action.pipeline = 'opencart_catalog' and action.state = 'done'
    and action.before ->> field.name is distinct from field.after
order by action.sent_at desc, action.action_id desc, field.name
limit 20
""",
    ),
    (
        "Goods of the shop with their materials in the CRM; several are twins",
        """
select
    item.article, item.title, item.price, item.special, item.special_to,
    array_to_string(item.category_path, ' / ') as category,
    array_agg(link.material_id order by link.material_id) as materials
from mart.catalog_item as item
inner join mart.catalog_link as link on item.source = link.source and item.identity = link.identity
group by item.source, item.identity
order by count(*) desc, item.title
limit 20
""",
    ),
]
BITRIX24 = [
    (
        "What contacts bought by direction and year, and the bonus of the year",
        """
select
    bought.contact_id, bought.contact_name, bought.direction, bought.year, bought.total, bought.currency,
    bought.deals, bought.field_name, bought.is_written, tier.tier, tier.benefit
from mart.v_contact_total_by_year as bought
left join mart.v_contact_tier as tier
    on
        bought.account = tier.account and bought.contact_id = tier.contact_id and bought.year = tier.year
        and tier.category_id is null
where bought.total <> 0
order by bought.total desc
limit 20
""",
    ),
    (
        "Totals that fell, and what they were before",
        """
select
    now.contact_id, funnel.name as direction, now.year,
    mart.from_minor(before.amount_minor, total.decimals) as before,
    mart.from_minor(now.amount_minor, total.decimals) as now, now.valid_from as since
from mart.contact_year_total_history as now
inner join mart.contact_year_total_history as before
    on now.account = before.account and now.contact_id = before.contact_id
    and now.category_id = before.category_id and now.year = before.year and now.valid_from = before.valid_to
inner join mart.contact_year_total as total
    on now.account = total.account and now.contact_id = total.contact_id
    and now.category_id = total.category_id and now.year = total.year
left join mart.bitrix24_funnel as funnel
    on now.account = funnel.account and now.category_id = funnel.category_id
where now.amount_minor < before.amount_minor
order by now.valid_from desc, now.contact_id
limit 20
""",
    ),
    (
        "What was written to Bitrix24, latest first: each field of contacts and deals before and after",
        """
select
    action.sent_at, action.pipeline, action.key, field.name,
    action.before ->> field.name as before, field.after
from ops.action
cross join jsonb_each_text(action.after) as field (name, after)
where
    action.target = 'bitrix24' and action.state = 'done' and action.kind <> 'create_field'
    and field.name <> 'product_id' and action.before ->> field.name is distinct from field.after
order by action.sent_at desc, action.action_id desc, field.name
limit 20
""",
    ),
]
AMOCRM = [
    (
        "The funnel of the licence seller: who passed each container, by visit and by what follows from it",
        """
select
    container_title, marker, sum(passed) as passed, sum(visited) as visited, sum(implied) as implied
from mart.v_amocrm_funnel_conversion
group by funnel_id, position, container_title, marker
order by funnel_id, position
""",
    ),
    (
        "Sales by UTM marks: what is sold now, and what was returned",
        """
select
    utm_source, utm_medium, utm_campaign, sum(leads) as leads, sum(successes) as successes,
    sum(sales_volume) as sales_volume, sum(returned_amount) as returned
from mart.v_amocrm_sales_by_utm
group by utm_source, utm_medium, utm_campaign
order by sum(sales_volume) desc
limit 20
""",
    ),
    (
        "Why leads were refused, and from where",
        """
select reason, refused_from, count(*) as leads, sum(lost_amount) as lost_amount
from mart.v_amocrm_refusal_reasons
group by reason, refused_from
order by sum(lost_amount) desc
limit 20
""",
    ),
    (
        "How leads went, those first that were handed over to Smart Data Hub",
        """
select path.lead_id, path.path, push.state as handed_over, push.remote_id
from mart.v_amocrm_lead_path as path
left join mart.amocrm_sdh_push as push on path.account = push.account and path.lead_id = push.lead_id
order by push.state nulls last, path.lead_id desc
limit 20
""",
    ),
]
QUERIES = [*DEAL_IMPORT, *CALLTOUCH_ORDERS, *OPENCART_CATALOG, *BITRIX24, *AMOCRM]
