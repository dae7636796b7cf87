-- A reading was proved whole.
update stage.scan
set told_after = %(told_after)s, finished_at = clock_timestamp()
where run_id = %(run_id)s and name = %(name)s
returning finished_at;
