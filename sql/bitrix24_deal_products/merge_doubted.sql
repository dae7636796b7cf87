-- What is about to be sent to deals that we know: until the portal has confirmed it, nobody knows what they hold.
update mart.bitrix24_deal_product as kept
set doubted = coalesce(kept.doubted, '{}'::jsonb) || decision.after
from stage.bitrix24_deal_products_decision as decision
where
    decision.run_id = %(run_id)s
    and decision.kind is not null
    and kept.account = %(account)s
    and kept.deal_id = decision.deal_id;
