-- One row an account, method and hour: one more call, and its price.
insert into ops.budget as kept (target, account, method, window_start, calls, points)
values (%(target)s, %(account)s, %(method)s, %(window_start)s, 1, %(points)s)
on conflict (target, account, method, window_start) do update
    set calls = kept.calls + 1, points = kept.points + excluded.points;
