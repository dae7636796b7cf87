-- What an earlier attempt of the run's matching left behind is dropped.
with
candidates as (
    delete from stage.client_candidate
    where run_id = %(run_id)s
),

claims as (
    delete from stage.new_client_claim
    where run_id = %(run_id)s
),

contests as (
    delete from stage.contested_key
    where run_id = %(run_id)s
),

clients as (
    delete from stage.new_client
    where run_id = %(run_id)s
)

delete from stage.client_match
where run_id = %(run_id)s;
