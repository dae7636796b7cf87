-- Materials that the CRM does not have any more: the next run knows that, and is not surprised again.
update mart.catalog_link
set is_lost = true, last_run_id = %(run_id)s
where
    %(is_whole)s
    and source = %(source)s
    and account = %(account)s
    and not is_lost
    and first_seen_run_id <> %(run_id)s
    and not exists (
        select 1
        from stage.opencart_catalog_material as material
        where material.run_id = %(run_id)s and material.material_id = catalog_link.material_id
    );
