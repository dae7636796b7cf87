-- Actions that runs now over were sending when they were killed.
update ops.action
set state = 'uncertain'
where run_id = any(%(run_ids)s) and target = %(target)s and account = %(account)s and state = 'sending';
