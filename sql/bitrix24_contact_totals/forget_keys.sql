-- Keys and rules of the run go, so that they can be staged anew.
with client_rule as (
    delete from stage.client_rule
    where run_id = %(run_id)s
)

delete from stage.identity_key
where run_id = %(run_id)s;
