-- Actions that were sent, and nobody knows whether they were applied.
update ops.action
set state = 'uncertain', error = %(error)s, http_status = %(http_status)s
where action_id = any(%(action_ids)s);
