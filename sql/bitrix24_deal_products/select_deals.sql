-- One row a deal that is looked at: its fields, its product rows, what earlier runs have left of it.
with named as (
    select
        deal_id,
        jsonb_agg(jsonb_build_array(row_id, product_id, type, sort) order by row_id) as product_rows
    from stage.bitrix24_deal_products_row
    where run_id = %(run_id)s
    group by deal_id
)

select
    deal.deal_id,
    deal.category_id,
    deal.semantic,
    deal.fields,
    deal.error,
    coalesce(named.product_rows, '[]'::jsonb) as product_rows,
    kept.state,
    kept.fingerprint,
    kept.written,
    kept.doubted,
    kept.codes
from stage.bitrix24_deal_products_deal as deal
left join named on deal.deal_id = named.deal_id
left join mart.bitrix24_deal_product as kept on kept.account = %(account)s and deal.deal_id = kept.deal_id
where deal.run_id = %(run_id)s
order by deal.deal_id;
