-- Which category of the CRM earlier runs have found a category of the shop to be.
select
    shop_category_id,
    crm_category_id
from mart.catalog_category_link
order by shop_category_id;
