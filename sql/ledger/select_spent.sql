-- One row: points an account has spent since the hour and the day began, when both end, and until when the
-- vendor has said that nothing will pass, if it has (a 'refused' row stands for an hour that ends at that moment).
with clock as (select clock_timestamp() as now),

bounds as (
    select
        now,
        date_trunc('hour', now, %(zone)s) as hour_starts,
        date_trunc('day', now, %(zone)s) as day_starts,
        (date_trunc('day', now at time zone %(zone)s) + interval '1 day') at time zone %(zone)s as day_ends
    from clock
),

spent as (
    select
        coalesce(sum(points) filter (where window_start >= hour_starts), 0) as hour_points,
        coalesce(sum(points), 0) as day_points
    from ops.budget, bounds
    where
        target = %(target)s and account = %(account)s
        and method <> 'refused' and method not like 'time:%%'
        and window_start >= day_starts
),

refusal as (
    select
        max(window_start + interval '1 hour') filter (where window_start + interval '1 hour' > now) as refused_until,
        count(*) > 0 as refused_lately
    from ops.budget, bounds
    where
        target = %(target)s and account = %(account)s and method = 'refused'
        and window_start > now - interval '1 hour 10 minutes'
)

select
    now,
    hour_starts,
    hour_starts + interval '1 hour' as hour_ends,
    day_ends,
    hour_points,
    day_points,
    refused_until,
    refused_lately
from bounds, spent, refusal;
