-- The shop was read as of a moment; what was read of the CRM before is out of date.
insert into stage.opencart_catalog_reading (run_id, shop_read_at) values (%(run_id)s, %(now)s)
on conflict (run_id) do update
    set shop_read_at = excluded.shop_read_at, crm_read_at = null;
