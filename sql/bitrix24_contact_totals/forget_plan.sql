-- What was worked out of the deals goes, so that it can be worked out anew.
with amount as (
    delete from stage.bitrix24_contact_totals_amount
    where run_id = %(run_id)s
),

part as (
    delete from stage.bitrix24_contact_totals_part
    where run_id = %(run_id)s
),

total as (
    delete from stage.bitrix24_contact_totals_total
    where run_id = %(run_id)s
),

naming as (
    delete from stage.bitrix24_contact_totals_naming
    where run_id = %(run_id)s
)

delete from stage.bitrix24_contact_totals_wanted
where run_id = %(run_id)s;
