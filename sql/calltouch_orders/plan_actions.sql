-- One row a decision that sends something, in the order decided.
insert into ops.action (run_id, seq, pipeline, target, account, kind, key, before, after, lot)
select
    run_id,
    seq,
    'calltouch_orders',
    'calltouch',
    %(connection)s,
    kind,
    order_ref::text,
    before,
    after,
    lot
from stage.calltouch_orders_decision
where run_id = %(run_id)s and kind is not null;
