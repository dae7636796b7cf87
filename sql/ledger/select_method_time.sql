-- One row a method that is closed: until when, in how many seconds that is, and how many seconds the vendor has worked on it lately.
-- What the vendor told last holds until the moment it named, or if it named none until what we did drops out, minute by minute; where
-- it has never told anything, our own sum of ten minutes does.
with recent as (
    select
        substr(method, 6) as method,
        window_start,
        points,
        operating,
        resets_at,
        blocked_until,
        clock_timestamp() as now
    from ops.budget
    where
        target = %(target)s and account = %(account)s
        and method = any(select 'time:' || name from unnest(%(methods)s::text[]) as name)
        and window_start > clock_timestamp() - interval '1 hour'
),

told as (
    select distinct on (method)
        method,
        operating,
        resets_at
    from recent
    where operating is not null
    order by method asc, window_start desc
),

counted as (
    select
        method,
        max(now) as now,
        max(blocked_until) as blocked_until,
        coalesce(sum(points) filter (where window_start > now - interval '10 minutes'), 0) as seconds,
        min(window_start) filter (where window_start > now - interval '10 minutes') + interval '10 minutes' as first_ends
    from recent
    group by method
),

judged as (
    select
        counted.method,
        counted.now,
        coalesce(told.operating, counted.seconds) as seconds,
        case
            when counted.blocked_until > counted.now then counted.blocked_until
            when told.operating >= %(pause_at)s then coalesce(told.resets_at, counted.first_ends)
            when told.operating is null and counted.seconds >= %(pause_at)s then counted.first_ends
        end as opens_at
    from counted left join told on counted.method = told.method
)

select
    method,
    seconds,
    opens_at,
    extract(epoch from opens_at - now)::double precision as opens_in
from judged
where opens_at > now
order by opens_at desc;
