-- One row an order about which there may be something to tell the project, the oldest first: unknown ones of its organisations,
-- those whose create did not come to an end, and those whose sums or state differ from what was last sent. When a person asks
-- for certain orders, those, whatever was sent. Where it is known which orders to look at, nothing else is read. What was read just
-- now is told by the mart: staged rows of a reading that is over make room as soon as any pipeline needs it. They tell a dry run.
with document as (
    select
        order_ref,
        ordered_at,
        deleted
    from stage.calltouch_orders_orders(%(intake)s)
    where
        (%(looked_at)s::uuid[] is null or order_ref = any(%(looked_at)s::uuid[]))
        and (%(any_organisation)s or organisation_ref = any(%(organisations)s::uuid[]))
        and (%(date_from)s::timestamptz is null or ordered_at >= %(date_from)s)
        and (%(date_to)s::timestamptz is null or ordered_at < %(date_to)s)
        and (%(organisation_ref)s::uuid is null or organisation_ref = %(organisation_ref)s)
        and (%(kind)s::text is null or kind = %(kind)s)
),

sale_document as (
    select
        shipment_ref as document_ref,
        last_run_id
    from mart.erp_shipment
    union all
    select
        return_ref,
        last_run_id
    from mart.erp_return
),

fresh as (
    select order_ref from mart.erp_order
    where last_run_id = %(intake)s and (%(looked_at)s::uuid[] is null or order_ref = any(%(looked_at)s::uuid[]))
    union
    select order_ref from mart.erp_shipment
    where last_run_id = %(intake)s and (%(looked_at)s::uuid[] is null or order_ref = any(%(looked_at)s::uuid[]))
    union
    select part.order_ref
    from mart.erp_sale_part as part
    inner join sale_document using (document_ref)
    where
        sale_document.last_run_id = %(intake)s
        and (%(looked_at)s::uuid[] is null or part.order_ref = any(%(looked_at)s::uuid[]))
    union
    select order_ref from stage.calltouch_orders_order
    where run_id = %(intake)s
    union
    select order_ref from stage.calltouch_orders_shipment
    where run_id = %(intake)s
    union
    select order_ref from stage.calltouch_orders_part
    where run_id = %(intake)s
),

considered as (
    select
        document.order_ref,
        document.ordered_at,
        document.deleted,
        fresh.order_ref is not null as is_fresh,
        coalesce(sale.shipped, false) as shipped,
        sale.first_shipped_at,
        sale.last_document_at,
        coalesce(sale.revenue, 0) as revenue,
        sale.margin,
        deal.state,
        deal.sent_status,
        deal.sent_revenue,
        deal.sent_margin
    from document
    left join fresh using (order_ref)
    left join stage.calltouch_orders_sales(%(intake)s, %(looked_at)s::uuid[]) as sale using (order_ref)
    -- Whom an earlier attempt at this run has left out is decided about, and told of, anew.
    left join mart.calltouch_deal as deal
        on
            document.order_ref = deal.order_ref
            and deal.site_id = %(site_id)s
            and (deal.state, deal.last_run_id) is distinct from ('skipped_no_contact', %(run_id)s)
)

insert into stage.calltouch_orders_candidate (
    run_id, seq, order_ref, fresh, shipped, first_shipped_at, last_document_at, revenue, margin
)
select
    %(run_id)s,
    row_number() over (order by ordered_at, order_ref),
    order_ref,
    is_fresh,
    shipped,
    first_shipped_at,
    last_document_at,
    revenue,
    margin
from considered
where
    %(by_hand)s
    or state = 'create_pending'
    or (state is null and not deleted and ordered_at >= %(go_live)s)
    or (coalesce(state, 'rejected') in ('rejected', 'skipped_no_contact') and shipped and is_fresh)
    or (state = 'created' and shipped)
    or (state = 'shipped' and sent_revenue is distinct from greatest(revenue, 0))
    or (state = 'shipped' and margin is not null and sent_margin is distinct from margin)
    or (
        %(deleted_status)s::text is not null
        and state in ('created', 'shipped')
        and deleted <> (sent_status = %(deleted_status)s)
    );
