-- Fields that the portal has not and shall not get in this run.
update stage.bitrix24_contact_totals_naming
set standing = 'absent'
where run_id = %(run_id)s and standing = 'new' and field_name <> all(%(creatable)s::text[]);
