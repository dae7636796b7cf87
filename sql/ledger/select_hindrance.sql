-- What stands in the way of an account's calls: points spent since a moment, and whether the vendor has refused.
select
    coalesce(sum(points) filter (where method <> 'refused' and window_start >= %(since)s), 0) as points,
    coalesce(
        bool_or(method = 'refused' and window_start > clock_timestamp() - interval '1 hour'), false
    ) as is_refused
from ops.budget
where
    target = %(target)s and account = %(account)s and method not like 'time:%%'
    and window_start >= least(%(since)s::timestamptz, now() - interval '1 hour');
