-- One row a category of the account that a run writes to, of those asked for: the category of the shop it is linked to.
select distinct on (link.crm_category_id)
    link.crm_category_id,
    link.path
from mart.catalog_category_link as link
inner join ops.run on link.source = run.source
where
    run.run_id = %(run_id)s
    and link.account = %(account)s
    and link.crm_category_id = any(%(ids)s::bigint[])
order by link.crm_category_id, link.shop_category_id;
