-- One row a deal that was won once, named the contact, and is not won any more or does not count; the one that left last comes first.
select
    deal.deal_id,
    deal.title,
    coalesce(funnel.name, 'воронка ' || deal.category_id) as direction,
    deal.year,
    deal.opportunity,
    deal.currency,
    deal.left_at,
    deal.is_refused,
    deal.changed_run_id
from mart.bitrix24_deal as deal
left join mart.bitrix24_funnel as funnel on deal.account = funnel.account and deal.category_id = funnel.category_id
where
    deal.account = %(account)s
    and not deal.is_won
    and deal.contact_ids @> array[%(contact)s::bigint]
order by deal.left_at desc, deal.deal_id desc
limit %(page_size)s;
