-- Of a contact that was read more than once the last reading stays.
with newest as (
    select
        contact_id,
        max(read_no) as read_no
    from stage.amocrm_statuses_contact
    where run_id = %(run_id)s
    group by contact_id
)

delete from stage.amocrm_statuses_contact as older
using newest
where older.run_id = %(run_id)s and older.contact_id = newest.contact_id and older.read_no < newest.read_no;
