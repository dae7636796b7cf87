-- One row: a deal whose products are looked after. None when no run has remembered it.
select
    kept.*,
    coalesce(funnel.name, 'воронка ' || kept.category_id) as direction
from mart.bitrix24_deal_product as kept
left join mart.bitrix24_funnel as funnel on kept.account = funnel.account and kept.category_id = funnel.category_id
where kept.account = %(account)s and kept.deal_id = %(deal)s;
