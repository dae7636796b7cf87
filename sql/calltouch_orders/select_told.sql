-- The first rows of a run's log that are about documents.
select
    record_key,
    outcome,
    codes,
    details
from ops.run_log
where run_id = %(run_id)s and record_key is not null
order by seq
limit %(most)s;
