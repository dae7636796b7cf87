-- The vendor has refused a method: nobody asks for it before a moment, which is the one given, or the one the vendor told last, or in
-- a minute.
with told as (
    select resets_at
    from ops.budget
    where
        target = %(target)s and account = %(account)s and method = 'time:' || %(method)s
        and resets_at > clock_timestamp()
    order by window_start desc
    limit 1
)

insert into ops.budget as kept (target, account, method, window_start, blocked_until)
select
    %(target)s,
    %(account)s,
    'time:' || %(method)s,
    date_trunc('minute', clock_timestamp()),
    coalesce(
        %(until)s::timestamptz,
        (select resets_at from told),
        clock_timestamp() + interval '1 minute'
    )
on conflict (target, account, method, window_start) do update
    set blocked_until = excluded.blocked_until
returning blocked_until;
