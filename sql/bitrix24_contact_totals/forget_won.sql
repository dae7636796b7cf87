-- A reading of the stage history begins anew.
delete from stage.bitrix24_contact_totals_won
where run_id = %(run_id)s;
