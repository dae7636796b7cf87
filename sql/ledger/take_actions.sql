-- The next actions of one kind and lot, in order, now being sent. One waits for the earlier ones on the same object; what had come to
-- an end when it was planned was known to the plan, and holds nothing up.
with next_ones as (
    select action.action_id
    from ops.action
    where
        action.run_id = %(run_id)s
        and action.state = 'planned'
        and action.kind = %(kind)s
        and action.lot is not distinct from %(lot)s
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
    limit %(size)s
),

taken as (
    update ops.action
    set state = 'sending', attempts = action.attempts + 1, sent_at = now()
    from next_ones
    where action.action_id = next_ones.action_id
    returning action.*
)

select
    action_id,
    run_id,
    seq,
    kind,
    key,
    lot,
    before,
    after,
    attempts
from taken
order by seq;
