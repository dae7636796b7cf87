-- Categories of the CRM that are known to be one of the shop's.
select crm_category_id
from mart.catalog_category_link
where account = %(account)s;
