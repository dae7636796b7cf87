-- Categories of the shop.
select
    category_id,
    parent_id,
    name,
    path
from stage.opencart_catalog_category
where run_id = %(run_id)s
order by category_id;
