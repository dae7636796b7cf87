-- How much the shop offers now.
select
    count(*) filter (where active) as active_items,
    count(distinct product_id) filter (where active) as active_products,
    count(*) filter (where active and key is null) as without_article,
    count(*) filter (where not active) as inactive_items
from stage.opencart_catalog_item
where run_id = %(run_id)s;
