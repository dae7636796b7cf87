-- What an earlier attempt at this run has planned to write into orders and has not begun to.
delete from ops.action
where run_id = %(run_id)s and kind = 'set_source' and state = 'planned' and attempts = 0;
