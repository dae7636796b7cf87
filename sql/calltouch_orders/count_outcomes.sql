-- Records of the run by outcome, as logged.
select
    outcome,
    count(*) as records
from ops.run_log
where run_id = %(run_id)s and outcome is not null
group by outcome
order by outcome;
