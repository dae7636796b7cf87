-- A run reaches its final state once; a second call changes nothing.
update ops.run
set state = %(state)s, error = %(error)s, finished_at = now(), waits_until = null
where run_id = %(run_id)s and state = 'running';
