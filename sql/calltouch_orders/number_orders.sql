-- Orders are taken in the order in which they were made: row_no is the place in it.
with placed as (
    select
        order_ref,
        row_number() over (order by ordered_at, order_ref) as row_no
    from stage.calltouch_orders_order
    where run_id = %(run_id)s
)

update stage.calltouch_orders_order as staged
set row_no = placed.row_no
from placed
where staged.run_id = %(run_id)s and staged.order_ref = placed.order_ref;
