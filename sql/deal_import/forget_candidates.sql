-- What an earlier attempt of the run's plan left behind is dropped.
with
client_rules as (
    delete from stage.client_rule
    where run_id = %(run_id)s
),

deal_rules as (
    delete from stage.deal_rule
    where run_id = %(run_id)s
),

keys as (
    delete from stage.identity_key
    where run_id = %(run_id)s
),

statuses as (
    delete from stage.deal_import_status
    where run_id = %(run_id)s
)

delete from stage.deal_import_row
where run_id = %(run_id)s;
