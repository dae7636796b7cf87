-- Staged orders learn their client and deal: those just matched, or those the mart knows already.
update stage.calltouch_orders_order as staged
set
    client_id = coalesce(client_match.client_id, kept.client_id),
    deal_id = coalesce(deal_match.deal_id, kept.deal_id)
from stage.calltouch_orders_order as same
left join stage.client_match on same.run_id = client_match.run_id and same.row_no = client_match.row_no
left join stage.deal_match on same.run_id = deal_match.run_id and same.row_no = deal_match.row_no
left join mart.erp_order as kept on same.order_ref = kept.order_ref
where
    staged.run_id = %(run_id)s
    and same.run_id = staged.run_id
    and same.order_ref = staged.order_ref;
