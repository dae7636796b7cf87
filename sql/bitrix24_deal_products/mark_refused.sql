-- Deals whose product rows the portal does not give, and what it says: nothing can be decided about them.
update stage.bitrix24_deal_products_deal as deal
set error = refused.error
from unnest(%(deal_ids)s::bigint[], %(errors)s::text[]) as refused (deal_id, error)
where deal.run_id = %(run_id)s and deal.deal_id = refused.deal_id;
