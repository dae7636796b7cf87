-- Materials are read once more.
delete from stage.opencart_catalog_material
where run_id = %(run_id)s;
