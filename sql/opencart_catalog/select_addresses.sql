-- Addresses of the main pictures of active items, each once.
select distinct images[1] as address
from stage.opencart_catalog_item
where run_id = %(run_id)s and active and images <> '{}'
order by address;
