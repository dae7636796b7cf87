-- One row a part of a staged shipment or return; those that read as before are there already.
insert into mart.erp_sale_part (document_ref, part_no, order_ref, amount)
select
    document_ref,
    part_no,
    order_ref,
    amount
from stage.calltouch_orders_part
where run_id = %(run_id)s
on conflict (document_ref, part_no) do nothing;
