-- Actions of a kind whose answer was lost, in order.
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
from ops.action
where run_id = any(%(run_ids)s) and kind = %(kind)s and state = 'uncertain'
order by run_id, seq;
