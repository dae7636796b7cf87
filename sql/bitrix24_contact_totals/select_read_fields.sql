-- Fields of contacts that are compared: within the scope, and the portal has them.
select field_name
from stage.bitrix24_contact_totals_naming
where run_id = %(run_id)s and in_scope and standing = 'there' and kind <> 'changed_at'
order by field_name;
