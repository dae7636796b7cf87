-- Staged documents, told apart by whether the mart has them already.
with document as (
    select
        exists(
            select 1 from mart.erp_order as kept
            where kept.order_ref = staged.order_ref
        ) as is_known
    from stage.calltouch_orders_order as staged
    where staged.run_id = %(run_id)s
    union all
    select
        exists(
            select 1 from mart.erp_shipment as kept
            where kept.shipment_ref = staged.shipment_ref
        )
    from stage.calltouch_orders_shipment as staged
    where staged.run_id = %(run_id)s
    union all
    select
        exists(
            select 1 from mart.erp_return as kept
            where kept.return_ref = staged.return_ref
        )
    from stage.calltouch_orders_return as staged
    where staged.run_id = %(run_id)s
)

select
    count(*) filter (where not is_known) as new,
    count(*) filter (where is_known) as changed
from document;
