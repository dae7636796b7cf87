-- A plan made anew replaces what of the old one has not been sent.
delete from ops.action
where run_id = %(run_id)s and kind = any(%(kinds)s) and state = 'planned';
