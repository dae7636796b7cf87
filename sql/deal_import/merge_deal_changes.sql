-- Deals that were there already: the sum of their payments, locked; a currency where there was none; the last status set.
update mart.deal
set
    actual_amount = coalesce(deal_import_deal.total, deal.actual_amount),
    actual_amount_locked = deal.actual_amount_locked or deal_import_deal.total is not null,
    currency = coalesce(deal.currency, deal_import_deal.currency),
    status_id = coalesce(deal_import_deal.status_id, deal.status_id)
from stage.deal_import_deal
where
    deal_import_deal.run_id = %(run_id)s
    and not deal_import_deal.created
    and deal.deal_id = deal_import_deal.deal_id
    and (
        deal_import_deal.total is distinct from coalesce(deal.actual_amount, deal_import_deal.total + 1)
        or not deal.actual_amount_locked
        or deal.currency is null
        or deal.status_id <> deal_import_deal.status_id
    );
