-- Of a lead that was read more than once the last reading stays.
with newest as (
    select
        lead_id,
        max(read_no) as read_no
    from stage.amocrm_statuses_lead
    where run_id = %(run_id)s
    group by lead_id
)

delete from stage.amocrm_statuses_lead_contact as older
using newest
where older.run_id = %(run_id)s and older.lead_id = newest.lead_id and older.read_no < newest.read_no;
