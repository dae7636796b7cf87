-- The last number taken among the actions of a run.
select coalesce(max(seq), 0) as seq
from ops.action
where run_id = %(run_id)s;
