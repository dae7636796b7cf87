-- What contacts hold, read once more.
delete from stage.bitrix24_contact_totals_held
where run_id = %(run_id)s and contact_id = any(%(asked)s::bigint[]);
