-- What runs now over have left open and a new plan decides about anew: whatever was not sent, and calls that set, sent or not.
update ops.action
set state = 'skipped', error = %(error)s, done_at = clock_timestamp()
where
    run_id = any(%(run_ids)s)
    and target = %(target)s
    and account = %(account)s
    and (state = 'planned' or (state in ('sending', 'uncertain') and kind = any(%(repeated)s)));
