-- One row a state with the number of a run's writes to the CRM that are in it.
select
    state,
    count(*) as actions
from ops.action
where run_id = %(run)s
group by state;
