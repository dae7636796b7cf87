-- One row a deal that the run opens: the order's sum is what it may bring.
insert into mart.deal (
    deal_id, client_id, external_id, status_id, created_at, potential_amount, currency, note, origin
)
select
    deal_match.deal_id,
    staged.client_id,
    staged.order_ref::text,
    (
        select min(deal_status.status_id) from mart.deal_status
        where deal_status.kind = 'new'
    ),
    staged.ordered_at,
    staged.total,
    staged.currency,
    staged.title,
    'calltouch_orders'
from stage.deal_match
inner join stage.calltouch_orders_order as staged using (run_id, row_no)
where deal_match.run_id = %(run_id)s and deal_match.created
order by deal_match.deal_id;
