-- Own fields of the portal's contacts.
select
    field_name,
    type,
    is_multiple,
    precision
from stage.bitrix24_field
where run_id = %(run_id)s and entity = 'contact'
order by field_name;
