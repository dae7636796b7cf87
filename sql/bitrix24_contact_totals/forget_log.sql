-- A plan made anew is logged anew; of the run's own events those stay that are not about the plan.
delete from ops.run_log
where run_id = %(run_id)s and (record_key is not null or codes && %(codes)s::text[]);
