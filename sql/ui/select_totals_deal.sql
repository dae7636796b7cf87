-- One row: a deal that is or was won. None when no run has counted it.
select
    deal.deal_id,
    deal.title,
    deal.category_id,
    coalesce(funnel.name, 'воронка ' || deal.category_id) as direction,
    deal.stage_id,
    deal.closed_on,
    deal.moved_at,
    deal.updated_at,
    deal.opportunity,
    deal.currency,
    trim_scale(round(deal.rate, 10)) as rate,
    mart.from_minor(deal.amount_minor, deal.decimals) as amount,
    deal.target_currency,
    deal.decimals,
    deal.year,
    deal.year_by,
    deal.contact_ids,
    deal.is_won,
    deal.is_refused,
    deal.left_at,
    deal.first_run_id,
    deal.changed_run_id,
    frozen.frozen_at,
    frozen.run_id as frozen_run_id
from mart.bitrix24_deal as deal
left join mart.bitrix24_funnel as funnel on deal.account = funnel.account and deal.category_id = funnel.category_id
left join mart.bitrix24_deal_rate as frozen
    on
        deal.account = frozen.account
        and deal.deal_id = frozen.deal_id
        and deal.currency = frozen.currency
        and deal.target_currency = frozen.target_currency
where deal.account = %(account)s and deal.deal_id = %(deal)s;
