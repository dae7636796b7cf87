-- Lines of a staged order that it has no longer, or that read otherwise now.
delete from mart.erp_order_line as kept
using stage.calltouch_orders_order as staged
where
    staged.run_id = %(run_id)s
    and kept.order_ref = staged.order_ref
    and not exists (
        select 1
        from stage.calltouch_orders_line as line
        where
            line.run_id = staged.run_id
            and line.order_ref = kept.order_ref
            and line.line_no = kept.line_no
            and (line.item_ref, line.item, line.kind, line.groups, line.quantity, line.amount)
            is not distinct from (kept.item_ref, kept.item, kept.kind, kept.groups, kept.quantity, kept.amount)
    );
