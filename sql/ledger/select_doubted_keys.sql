-- Keys of a run's actions that an earlier run has tried to carry out, without ever learning that it was done.
select distinct action.key
from ops.action
inner join ops.action as earlier
    on
        action.key = earlier.key
        and action.target = earlier.target
        and action.account = earlier.account
        and action.kind = earlier.kind
        and action.run_id > earlier.run_id
where
    action.run_id = %(run_id)s
    and action.kind = %(kind)s
    and earlier.state in ('uncertain', 'skipped')
    and earlier.attempts > 0;
