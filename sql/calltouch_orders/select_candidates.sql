-- Some candidates, with their document, their sale and what the project was last told before this run.
select
    candidate.seq,
    candidate.fresh,
    document.order_ref,
    document.kind,
    document.number,
    document.title,
    document.ordered_at,
    document.posted,
    document.deleted,
    document.contractor_ref,
    document.contractor,
    document.organisation_ref,
    document.organisation,
    document.manager,
    document.total,
    document.currency,
    document.rate,
    document.base_order_ref,
    document.phones,
    document.emails,
    candidate.shipped,
    candidate.first_shipped_at,
    candidate.last_document_at,
    candidate.revenue,
    candidate.margin,
    deal.state,
    deal.calltouch_order_id,
    deal.sent_status,
    deal.sent_status_at,
    deal.sent_revenue,
    deal.sent_margin,
    deal.sent_funnel,
    deal.sent_manager,
    deal.sent_tags
from stage.calltouch_orders_candidate as candidate
inner join stage.calltouch_orders_orders(%(intake)s) as document using (order_ref)
left join mart.calltouch_deal as deal
    on
        candidate.order_ref = deal.order_ref
        and deal.site_id = %(site_id)s
        and (deal.state, deal.last_run_id) is distinct from ('skipped_no_contact', candidate.run_id)
where
    candidate.run_id = %(run_id)s
    and candidate.order_ref = any(%(chunk)s::uuid[])
    and document.order_ref = any(%(chunk)s::uuid[])
order by candidate.seq;
