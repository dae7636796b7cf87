-- The first refusals of a run, for the task log.
select
    position,
    record_key,
    codes,
    details
from ops.run_log
where run_id = %(run_id)s and severity = 'error' and record_key is not null
order by seq
limit 10;
