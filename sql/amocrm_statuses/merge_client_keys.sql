-- One row a key of a client that the run creates.
insert into mart.client_key (kind, value, client_id)
select distinct
    identity_key.kind,
    identity_key.value,
    found.client_id
from stage.client_match as found
inner join stage.identity_key using (run_id, row_no)
where found.run_id = %(run_id)s and found.created
on conflict (kind, value, client_id) do nothing;
