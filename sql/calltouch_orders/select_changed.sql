-- Orders that may differ from what the project was last told: written since the last good plan, read by this intake (which a dry run
-- does not merge), or waiting to be created. A document that has moved is an affair of both orders, and one that is shared out of all.
with document_read as (
    select
        shipment_ref as document_ref,
        order_ref
    from stage.calltouch_orders_shipment
    where run_id = %(intake)s
    union all
    select
        return_ref,
        order_ref
    from stage.calltouch_orders_return
    where run_id = %(intake)s
),

concerned as (
    select document_ref from document_read
    union
    select shipment_ref from stage.calltouch_orders_return
    where run_id = %(intake)s
    union
    select kept.shipment_ref
    from mart.erp_return as kept
    inner join document_read on kept.return_ref = document_read.document_ref
),

read_now as (
    select order_ref from stage.calltouch_orders_order
    where run_id = %(intake)s
    union all
    select order_ref from document_read
    union all
    select order_ref from stage.calltouch_orders_part
    where run_id = %(intake)s
    union all
    select kept.order_ref
    from mart.erp_shipment as kept
    inner join document_read on kept.shipment_ref = document_read.document_ref
    union all
    select kept.order_ref
    from mart.erp_return as kept
    inner join document_read on kept.return_ref = document_read.document_ref
    union all
    select kept.order_ref
    from mart.erp_return as kept
    inner join document_read on kept.shipment_ref = document_read.document_ref
    union all
    select kept.order_ref
    from mart.erp_sale_part as kept
    inner join concerned using (document_ref)
),

looked_at as (
    select order_ref from ops.order_change
    where changed_in >= %(since)s::text::xid8
    union
    select order_ref from read_now
    union
    select order_ref from mart.calltouch_deal
    where site_id = %(site_id)s and state = 'create_pending'
)

select order_ref
from looked_at
where order_ref is not null
order by order_ref
limit %(most)s;
