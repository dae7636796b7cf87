-- Whether the run was planned: its reading was kept, or of a dry run, counted.
select run_id
from ops.run
where run_id = %(run_id)s and staged is not null and plan_revision is not null and counters <> '{}';
