-- A plan made anew is logged anew; the run's own events stay.
delete from ops.run_log
where run_id = %(run_id)s and record_key is not null;
