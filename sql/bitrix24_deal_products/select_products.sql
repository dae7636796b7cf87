-- All products and variations of the run.
select
    product_id,
    iblock_id,
    parent_id,
    section_id,
    is_active,
    name,
    changed_at,
    body
from stage.bitrix24_deal_products_product
where run_id = %(run_id)s
order by product_id;
