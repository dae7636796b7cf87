-- Lines of the orders just staged.
insert into stage.calltouch_orders_line (run_id, order_ref, line_no, item_ref, item, kind, groups, quantity, amount)
select
    staged.run_id,
    line.order_ref,
    line.line_no,
    line.item_ref,
    line.item,
    line.kind,
    line.groups,
    line.quantity,
    line.amount
from stage.calltouch_orders_order as staged
inner join mart.erp_order_line as line using (order_ref)
where staged.run_id = %(run_id)s;
