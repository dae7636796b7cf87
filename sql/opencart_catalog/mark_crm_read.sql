-- The CRM was read to its end.
update stage.opencart_catalog_reading
set crm_read_at = clock_timestamp()
where run_id = %(run_id)s;
