-- Lines of some orders, in their order.
select
    order_ref,
    item_ref,
    item,
    kind,
    groups,
    quantity,
    amount
from stage.calltouch_orders_lines(%(intake)s)
where order_ref = any(%(order_refs)s)
order by order_ref, line_no;
