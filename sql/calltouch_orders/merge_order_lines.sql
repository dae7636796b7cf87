-- One row a line of a staged order; those that read as before are there already.
insert into mart.erp_order_line (order_ref, line_no, item_ref, item, kind, groups, quantity, amount)
select
    order_ref,
    line_no,
    item_ref,
    item,
    kind,
    groups,
    quantity,
    amount
from stage.calltouch_orders_line
where run_id = %(run_id)s
on conflict (order_ref, line_no) do nothing;
