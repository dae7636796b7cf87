-- Kind and lot of the next action that may be sent. One waits for the earlier ones on the same object; what had come to an end when
-- it was planned was known to the plan, and holds nothing up.
select
    action.kind,
    action.lot
from ops.action
where
    action.run_id = %(run_id)s
    and action.state = 'planned'
    and action.kind = any(%(kinds)s)
    and not exists (
        select 1
        from ops.action as earlier
        where
            earlier.target = action.target
            and earlier.account = action.account
            and earlier.key = action.key
            and earlier.run_id = action.run_id
            and earlier.seq < action.seq
            and earlier.state <> 'done'
            and (earlier.done_at is null or earlier.done_at >= action.planned_at)
    )
order by action.seq
limit 1;
