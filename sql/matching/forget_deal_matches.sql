-- What an earlier attempt of the run's matching left behind is dropped.
with
hits as (
    delete from stage.deal_hit
    where run_id = %(run_id)s
),

claims as (
    delete from stage.new_deal_claim
    where run_id = %(run_id)s
),

contests as (
    delete from stage.contested_deal
    where run_id = %(run_id)s
),

deals as (
    delete from stage.new_deal
    where run_id = %(run_id)s
)

delete from stage.deal_match
where run_id = %(run_id)s;
