-- One row a tier of a portal, the lowest first; the currency is that of the totals.
select
    tier.tier_no,
    tier.name,
    tier.per,
    tier.category_id,
    coalesce(funnel.name, 'воронка ' || tier.category_id) as direction,
    tier.threshold,
    tier.benefit
from mart.contact_tier as tier
left join mart.bitrix24_funnel as funnel on tier.account = funnel.account and tier.category_id = funnel.category_id
where tier.account = %(account)s
order by tier.tier_no;
