-- One row a field of a year, or of all years, that the portal is known to hold for a contact.
select
    field.field_name,
    field.kind,
    field.year,
    mart.from_minor(written.amount_minor, written.decimals) as written,
    written.confirmed_at as written_at,
    written.was_written,
    written.run_id as written_run_id
from mart.bitrix24_written_total as written
inner join mart.bitrix24_field as field
    on written.account = field.account and written.field_name = field.field_name and not field.is_gone
where
    written.account = %(account)s
    and written.contact_id = %(contact)s
    and field.kind in ('year', 'all')
order by field.year desc nulls first;
