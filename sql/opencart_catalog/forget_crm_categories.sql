-- Categories of the CRM are read once more.
delete from stage.opencart_catalog_crm_category
where run_id = %(run_id)s;
