-- One row: a deal whose products are looked after. None when no run has remembered it.
select
    kept.deal_id,
    kept.title,
    kept.category_id,
    kept.product_id,
    kept.offer_id,
    kept.product_name,
    kept.written,
    kept.doubted,
    kept.state,
    kept.codes,
    kept.copied_at,
    kept.frozen_at,
    kept.seen_run_id,
    coalesce(funnel.name, 'воронка ' || kept.category_id) as direction
from mart.bitrix24_deal_product as kept
left join mart.bitrix24_funnel as funnel on kept.account = funnel.account and kept.category_id = funnel.category_id
where kept.account = %(account)s and kept.deal_id = %(deal)s;
