-- Categories that active items are exported to.
select distinct shop_category_id
from stage.opencart_catalog_item
where run_id = %(run_id)s and active and shop_category_id is not null
order by shop_category_id;
