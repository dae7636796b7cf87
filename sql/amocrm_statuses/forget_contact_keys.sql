-- Keys and rules that an earlier attempt has staged go.
with forgotten_rules as (
    delete from stage.client_rule
    where run_id = %(run_id)s
)

delete from stage.identity_key
where run_id = %(run_id)s;
