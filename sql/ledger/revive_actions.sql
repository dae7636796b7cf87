-- What a killed attempt left half-way: a call that sets may be made again, one that creates has to be looked up first.
update ops.action
set state = case when kind = any(%(repeated)s) then 'planned' else 'uncertain' end
where run_id = %(run_id)s and kind = any(%(kinds)s) and state = 'sending';
