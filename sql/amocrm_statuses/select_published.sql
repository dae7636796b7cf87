-- A run that has published has counters of its outcomes, even if it accounts for nothing.
select run_id
from ops.run
where run_id = %(run_id)s and counters <> '{}'::jsonb;
