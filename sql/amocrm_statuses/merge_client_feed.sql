-- One row a client that the run creates.
insert into mart.client_feed (client_id, at, kind, source, run_id, details)
select
    found.client_id,
    now(),
    'client_created',
    %(account)s,
    found.run_id,
    jsonb_build_object('contact', contact.contact_id)
from stage.client_match as found
inner join stage.amocrm_statuses_contact as contact using (run_id, row_no)
where found.run_id = %(run_id)s and found.created;
