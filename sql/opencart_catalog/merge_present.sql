-- Items that are offered again, though they may not be written about just now.
update mart.catalog_link
set absent_runs = 0, absent_on = null, absent_run_id = null, last_run_id = %(run_id)s
from stage.opencart_catalog_item as item
where
    item.run_id = %(run_id)s
    and item.active
    and catalog_link.source = %(source)s
    and catalog_link.account = %(account)s
    and item.identity = catalog_link.identity
    and catalog_link.absent_runs > 0;
