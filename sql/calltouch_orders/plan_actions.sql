-- One row a decision that sends something, in the order decided, after what the run has sent already. What is open at this very
-- object is left to whoever settles it. A dry run's actions are as good as skipped.
insert into ops.action (run_id, seq, pipeline, target, account, kind, key, before, after, lot, state, error)
select
    run_id,
    seq + coalesce((
        select max(made.seq) from ops.action as made
        where made.run_id = %(run_id)s
    ), 0),
    'calltouch_orders',
    'calltouch',
    %(connection)s,
    kind,
    order_ref::text,
    before,
    after,
    lot,
    case when %(dry_run)s then 'skipped' else 'planned' end,
    case when %(dry_run)s then 'Пробный запуск: не отправлено.' end
from stage.calltouch_orders_decision
where run_id = %(run_id)s and kind is not null
order by seq
on conflict (target, account, kind, key) where state in ('planned', 'sending', 'uncertain') do nothing;
