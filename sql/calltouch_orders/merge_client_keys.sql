-- One row a key of a client that the run creates.
insert into mart.client_key (kind, value, client_id)
select distinct
    identity_key.kind,
    identity_key.value,
    client_match.client_id
from stage.client_match
inner join stage.identity_key using (run_id, row_no)
where client_match.run_id = %(run_id)s and client_match.created
on conflict (kind, value, client_id) do nothing;
