-- Items that the shop does not have any more stay known, as not offered.
update mart.catalog_item
set active = false, last_run_id = %(run_id)s
where
    source = %(source)s
    and active
    and not exists (
        select 1
        from stage.opencart_catalog_item as item
        where item.run_id = %(run_id)s and item.identity = catalog_item.identity
    );
