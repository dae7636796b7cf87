-- One row an account, method and minute: what its commands have cost, and what the vendor says they have come to lately. Rows that
-- nobody asks about any more go.
with ended as (
    delete from ops.budget
    where
        target = %(target)s and account = %(account)s
        and method like 'time:%%' and window_start < clock_timestamp() - interval '1 hour'
),

worked as (
    select *
    from unnest(
        %(methods)s::text[], %(commands)s::integer[], %(seconds)s::numeric[], %(operating)s::numeric[], %(resets_in)s::float[]
    ) as told (method, commands, seconds, operating, resets_in)
)

insert into ops.budget as kept (target, account, method, window_start, calls, points, operating, resets_at)
select
    %(target)s,
    %(account)s,
    'time:' || method,
    date_trunc('minute', clock_timestamp()),
    commands,
    seconds,
    operating,
    clock_timestamp() + make_interval(secs => resets_in)
from worked
order by method
on conflict (target, account, method, window_start) do update
    set
        calls = kept.calls + excluded.calls,
        points = kept.points + excluded.points,
        operating = coalesce(excluded.operating, kept.operating),
        resets_at = case when excluded.operating is null then kept.resets_at else excluded.resets_at end;
