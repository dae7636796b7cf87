-- How many records of the log carry each code.
select
    code.code,
    count(*) as records
from ops.run_log
cross join lateral unnest(run_log.codes) as code (code)
where run_log.run_id = %(run_id)s and run_log.record_key is not null
group by code.code
order by code.code;
