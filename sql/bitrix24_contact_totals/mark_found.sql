-- Which of the contacts that were asked for the portal has.
update stage.bitrix24_contact_totals_contact
set is_found = contact_id = any(%(found)s::bigint[])
where run_id = %(run_id)s and wants_values and contact_id = any(%(asked)s::bigint[]);
