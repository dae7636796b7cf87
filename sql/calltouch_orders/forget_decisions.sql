-- A plan made anew replaces the old one.
with candidate as (
    delete from stage.calltouch_orders_candidate
    where run_id = %(run_id)s
)

delete from stage.calltouch_orders_decision
where run_id = %(run_id)s;
