-- When the two sides of a run were read; crm_read_at is null while the CRM was not read to its end.
select
    shop_read_at,
    crm_read_at
from stage.opencart_catalog_reading
where run_id = %(run_id)s;
