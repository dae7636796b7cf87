-- How many deals of a portal carry each code.
select
    code.code,
    count(*) as deals
from mart.bitrix24_deal_product as kept
cross join lateral unnest(kept.codes) as code (code)
where kept.account = %(account)s
group by code.code;
