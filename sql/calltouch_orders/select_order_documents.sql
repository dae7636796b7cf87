-- Shipments and returns that are known to count for an order, by their header or by their rows, posted or not.
select
    document_ref::text as ref,
    is_return
from stage.calltouch_orders_shares(null, array[%(order_ref)s::uuid])
order by is_return, at, document_ref;
