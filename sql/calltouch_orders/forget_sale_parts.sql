-- Parts of a staged shipment or return that it has no longer, or that read otherwise now.
with document as (
    select shipment_ref as document_ref from stage.calltouch_orders_shipment
    where run_id = %(run_id)s
    union
    select return_ref from stage.calltouch_orders_return
    where run_id = %(run_id)s
)

delete from mart.erp_sale_part as kept
using document
where
    kept.document_ref = document.document_ref
    and not exists (
        select 1
        from stage.calltouch_orders_part as part
        where
            part.run_id = %(run_id)s
            and part.document_ref = kept.document_ref
            and part.part_no = kept.part_no
            and (part.order_ref, part.amount) is not distinct from (kept.order_ref, kept.amount)
    );
