-- What a plan of this run held that was only to be looked at.
delete from ops.action
where run_id = %(run_id)s and state = 'skipped' and attempts = 0 and response is null;
