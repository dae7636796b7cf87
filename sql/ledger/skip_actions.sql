-- Actions of a run that will not be sent any more.
update ops.action
set state = 'skipped', error = %(error)s, done_at = clock_timestamp()
where run_id = %(run_id)s and kind = any(%(kinds)s) and state = 'planned';
