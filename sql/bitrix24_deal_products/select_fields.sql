-- What the fields of deals hold, as far as they may be written.
select
    field_name,
    type,
    is_multiple
from stage.bitrix24_field
where run_id = %(run_id)s and entity = 'deal'
order by field_name;
