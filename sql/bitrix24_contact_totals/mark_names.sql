-- Names and keys of contacts, as the portal told them.
update stage.bitrix24_contact_totals_contact as contact
set name = told.name, phones = told.phones, emails = told.emails
from jsonb_to_recordset(%(told)s::jsonb) as told (contact_id bigint, name text, phones text[], emails text[])
where contact.run_id = %(run_id)s and contact.contact_id = told.contact_id;
