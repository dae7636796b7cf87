-- What was spent hour by hour, newest first: one row an hour, account and method.
select
    window_start,
    account,
    method,
    calls,
    points
from ops.budget
where
    target = %(target)s
    and method not like 'time:%%'
    and (%(account)s::text is null or account = %(account)s)
    and window_start > clock_timestamp() - make_interval(hours => %(hours)s)
order by window_start desc, account asc, method asc;
