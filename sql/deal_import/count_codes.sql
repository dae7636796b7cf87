-- How many records of the run each code stands on; the run's own events do not count.
with told as (
    select
        codes,
        count(*) as records
    from ops.run_log
    where run_id = %(run_id)s and (record_key is not null or outcome is not null)
    group by codes
)

select
    code,
    sum(records)::bigint as records
from told
cross join unnest(codes) as code
group by code
order by code;
