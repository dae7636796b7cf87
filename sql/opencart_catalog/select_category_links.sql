-- Which category of the CRM earlier runs have found a category of the shop to be.
select
    shop_category_id,
    crm_category_id
from mart.catalog_category_link
where source = %(source)s and account = %(account)s
order by shop_category_id;
