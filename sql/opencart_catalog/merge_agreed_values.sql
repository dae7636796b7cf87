-- What is the same in the shop and in the CRM without having been sent: an edit by people shows as something else.
insert into mart.catalog_sent_value as kept (account, material_id, field, value, sent_at, run_id)
select
    %(account)s,
    material_id,
    field,
    value,
    now(),
    run_id
from stage.opencart_catalog_agreed
where run_id = %(run_id)s
on conflict (account, material_id, field) do update
    set value = excluded.value, sent_at = excluded.sent_at, run_id = excluded.run_id
    where kept.value is distinct from excluded.value and kept.run_id <> excluded.run_id;
