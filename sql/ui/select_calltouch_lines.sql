-- One row a line of an order, in order.
select
    line_no,
    item,
    kind,
    groups,
    quantity,
    amount
from mart.erp_order_line
where order_ref = %(ref)s
order by line_no
limit %(page_size)s;
