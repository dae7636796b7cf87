-- Logged records of the run by outcome.
select
    outcome,
    count(*) as records
from ops.run_log
where run_id = %(run_id)s and outcome is not null
group by outcome;
