-- How often each code stands in the log of the run.
select
    code,
    count(*) as records
from ops.run_log
cross join unnest(codes) as code
where run_id = %(run_id)s and record_key is not null
group by code
order by code;
