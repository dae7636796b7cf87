-- A plan made anew decides anew.
delete from stage.bitrix24_contact_totals_decision
where run_id = %(run_id)s;
