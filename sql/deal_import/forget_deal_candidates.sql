-- What an earlier attempt of the run's plan left behind is dropped.
delete from stage.deal_candidate
where run_id = %(run_id)s;
