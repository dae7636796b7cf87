-- Orders that may differ from what the project was last told: written since the last good plan, read by this intake (which a dry run
-- does not merge), or waiting to be created. A document that has moved is an affair of both orders.
with read_now as (
    select order_ref from stage.calltouch_orders_order
    where run_id = %(intake)s
    union all
    select order_ref from stage.calltouch_orders_shipment
    where run_id = %(intake)s
    union all
    select kept.order_ref
    from stage.calltouch_orders_shipment as staged
    inner join mart.erp_shipment as kept using (shipment_ref)
    where staged.run_id = %(intake)s
    union all
    select order_ref from stage.calltouch_orders_return
    where run_id = %(intake)s
    union all
    select kept.order_ref
    from stage.calltouch_orders_return as staged
    inner join mart.erp_return as kept using (return_ref)
    where staged.run_id = %(intake)s
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
