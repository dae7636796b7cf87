-- Products and variations that rows name and nothing is staged of yet; is_variation: a row says so.
select
    named.product_id,
    bool_or(coalesce(named.type in (4, 5), false)) as is_variation
from stage.bitrix24_deal_products_row as named
where
    named.run_id = %(run_id)s
    and named.product_id > 0
    and not exists (
        select 1
        from stage.bitrix24_deal_products_product as product
        where product.run_id = %(run_id)s and product.product_id = named.product_id
    )
group by named.product_id
order by named.product_id;
