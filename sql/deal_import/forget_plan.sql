-- What an earlier attempt of the run's plan left behind is dropped.
with
decisions as (
    delete from stage.deal_import_decision
    where run_id = %(run_id)s
),

changes as (
    delete from stage.deal_import_status_change
    where run_id = %(run_id)s
)

delete from stage.deal_import_deal
where run_id = %(run_id)s;
