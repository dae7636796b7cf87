-- Rates of deals that were seen won for the first time stay for good.
insert into mart.bitrix24_deal_rate (account, deal_id, currency, target_currency, rate, frozen_at, run_id)
select
    %(account)s,
    amount.deal_id,
    staged.currency,
    %(target)s,
    amount.rate,
    %(now)s,
    amount.run_id
from stage.bitrix24_contact_totals_amount as amount
inner join stage.bitrix24_contact_totals_deal as staged
    on amount.run_id = staged.run_id and amount.deal_id = staged.deal_id
where amount.run_id = %(run_id)s and amount.is_frozen and amount.outcome <> 'refused'
on conflict (account, deal_id, currency, target_currency) do nothing;
