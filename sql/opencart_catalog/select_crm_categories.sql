-- Categories of the CRM.
select
    crm_category_id,
    parent_id,
    name
from stage.opencart_catalog_crm_category
where run_id = %(run_id)s
order by crm_category_id;
