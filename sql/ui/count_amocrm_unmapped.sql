-- One row: leads of an account that a mapping, given as the statuses it names, has in no funnel, of all those it could have.
select
    coalesce(sum(counted.leads), 0)::bigint as known,
    coalesce(sum(counted.leads) filter (where not counted.statuses && %(statuses)s::text[]), 0)::bigint as leads,
    coalesce(
        sum(counted.leads) filter (where counted.statuses[cardinality(counted.statuses)] <> all(%(statuses)s::text[])), 0
    )::bigint as now_unmapped
from mart.amocrm_path as counted
where
    counted.account = %(account)s
    and (%(first_month)s::date is null or counted.month >= %(first_month)s)
    and (%(last_month)s::date is null or counted.month <= %(last_month)s);
