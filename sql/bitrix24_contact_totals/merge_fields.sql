-- One row a field of ours that the portal has.
insert into mart.bitrix24_field as kept (
    account, field_name, kind, category_id, year, field_id, label, precision, is_gone, seen_run_id
)
select
    %(account)s,
    naming.field_name,
    naming.kind,
    naming.category_id,
    naming.year,
    field.field_id,
    field.label,
    field.precision,
    false,
    naming.run_id
from stage.bitrix24_contact_totals_naming as naming
inner join stage.bitrix24_field as field
    on naming.run_id = field.run_id and field.entity = 'contact' and naming.field_name = field.field_name
where naming.run_id = %(run_id)s
on conflict (account, field_name) do update
    set
        kind = excluded.kind,
        category_id = excluded.category_id,
        year = excluded.year,
        field_id = coalesce(excluded.field_id, kept.field_id),
        label = coalesce(excluded.label, kept.label),
        precision = coalesce(excluded.precision, kept.precision),
        is_gone = false,
        seen_run_id = excluded.seen_run_id;
