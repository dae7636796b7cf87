-- The last row of the run's log.
select coalesce(max(seq), 0) as seq
from ops.run_log
where run_id = %(run_id)s;
