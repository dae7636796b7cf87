-- A reading of deals begins anew.
delete from stage.bitrix24_contact_totals_deal
where run_id = %(run_id)s;
