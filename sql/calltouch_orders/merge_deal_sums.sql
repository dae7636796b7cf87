-- The sum of a deal that an order opened follows the order.
update mart.deal
set potential_amount = staged.total, currency = staged.currency
from stage.calltouch_orders_order as staged
where
    staged.run_id = %(run_id)s
    and deal.deal_id = staged.deal_id
    and deal.origin = 'calltouch_orders'
    and not deal.actual_amount_locked
    and (deal.potential_amount, deal.currency) is distinct from (staged.total, staged.currency);
