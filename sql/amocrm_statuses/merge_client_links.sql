-- One row a contact whose client was found.
insert into mart.client_link (system, external_id, client_id)
select
    %(account)s,
    contact.contact_id::text,
    found.client_id
from stage.client_match as found
inner join stage.amocrm_statuses_contact as contact using (run_id, row_no)
where found.run_id = %(run_id)s
on conflict (system, external_id) do nothing;
