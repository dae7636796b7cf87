-- One row a client that the run creates, named after the first contact it was met in.
insert into mart.client (client_id, name, origin)
select
    found.client_id,
    contact.name,
    %(pipeline)s
from stage.client_match as found
inner join stage.amocrm_statuses_contact as contact using (run_id, row_no)
where found.run_id = %(run_id)s and found.created
order by found.client_id;
