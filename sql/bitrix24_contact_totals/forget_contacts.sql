-- Contacts of the run, to be chosen anew.
with held as (
    delete from stage.bitrix24_contact_totals_held
    where run_id = %(run_id)s
)

delete from stage.bitrix24_contact_totals_contact
where run_id = %(run_id)s;
