-- Titles of orders that are known.
select
    order_ref,
    title
from stage.calltouch_orders_orders(%(intake)s)
where order_ref = any(%(order_refs)s::uuid[]);
