-- One row an account, method and hour: one more call, and its price. Windows that nobody asks about any more go.
with ended as (
    delete from ops.budget
    where
        target = %(target)s and account = %(account)s
        and window_start < %(window_start)s::timestamptz - interval '40 days'
)

insert into ops.budget as kept (target, account, method, window_start, calls, points)
values (%(target)s, %(account)s, %(method)s, %(window_start)s, 1, %(points)s)
on conflict (target, account, method, window_start) do update
    set calls = kept.calls + 1, points = kept.points + excluded.points;
