-- The first refusals of a run, for the task log.
select
    position,
    record_key,
    codes,
    details
from ops.run_log
where
    run_id = %(run_id)s
    and record_key is not null
    and (severity = 'error' or outcome in ('refused', 'quarantined', 'postponed', 'failed', 'uncertain', 'not_sent'))
order by seq
limit 10;
