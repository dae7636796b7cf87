-- One row a category of the CRM that a category of the shop is linked to, of those asked for.
select distinct on (crm_category_id)
    crm_category_id,
    path
from mart.catalog_category_link
where crm_category_id = any(%(ids)s::bigint[])
order by crm_category_id, shop_category_id;
