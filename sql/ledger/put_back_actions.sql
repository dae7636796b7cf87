-- Actions that the vendor has not taken, and never will by this call: they are planned again.
update ops.action
set
    state = 'planned',
    error = %(error)s,
    http_status = %(http_status)s,
    attempts = attempts - case when %(unsent)s then 1 else 0 end
where action_id = any(%(action_ids)s);
