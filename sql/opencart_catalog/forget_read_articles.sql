-- Materials that were given an article in this run: which one the CRM has made of it is seen when they are read.
update mart.catalog_link
set material_key = null, material_sku = null, last_run_id = %(run_id)s
from ops.action
where
    action.run_id = %(run_id)s
    and action.kind = 'update_material'
    and action.state = 'done'
    and action.after ? 'sku'
    and catalog_link.source = %(source)s
    and catalog_link.account = %(account)s
    and catalog_link.material_id = substr(action.key, 10)::bigint
    and catalog_link.material_sku is not null;
