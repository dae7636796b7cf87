-- A publication begins anew: what an earlier attempt has built goes. The rows of the reading stay.
with affected as (
    delete from stage.amocrm_statuses_affected
    where run_id = %(run_id)s
),

turn as (
    delete from stage.amocrm_statuses_turn
    where run_id = %(run_id)s
),

point as (
    delete from stage.amocrm_statuses_point
    where run_id = %(run_id)s
),

interval as (
    delete from stage.amocrm_statuses_interval
    where run_id = %(run_id)s
),

state as (
    delete from stage.amocrm_statuses_state
    where run_id = %(run_id)s
),

pass as (
    delete from stage.amocrm_statuses_pass
    where run_id = %(run_id)s
),

utm as (
    delete from stage.amocrm_statuses_utm
    where run_id = %(run_id)s
),

calculated as (
    delete from stage.amocrm_statuses_calculated
    where run_id = %(run_id)s
),

difference as (
    delete from stage.amocrm_statuses_difference
    where run_id = %(run_id)s
)

delete from stage.amocrm_statuses_decision
where run_id = %(run_id)s;
