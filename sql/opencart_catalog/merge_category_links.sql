-- Which category of the CRM each category of the shop was found to be.
insert into mart.catalog_category_link as kept (source, account, shop_category_id, crm_category_id, path, last_run_id)
select
    %(source)s,
    %(account)s,
    shop_category_id,
    crm_category_id,
    path,
    run_id
from stage.opencart_catalog_place
where run_id = %(run_id)s
on conflict (source, account, shop_category_id) do update
    set crm_category_id = excluded.crm_category_id, path = excluded.path, last_run_id = excluded.last_run_id
    where (kept.crm_category_id, kept.path) is distinct from (excluded.crm_category_id, excluded.path);
