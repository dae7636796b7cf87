-- Products of staged variations that nothing is staged of yet.
select distinct variation.parent_id as product_id
from stage.bitrix24_deal_products_product as variation
where
    variation.run_id = %(run_id)s
    and variation.parent_id is not null
    and not exists (
        select 1
        from stage.bitrix24_deal_products_product as product
        where product.run_id = %(run_id)s and product.product_id = variation.parent_id
    )
order by product_id;
