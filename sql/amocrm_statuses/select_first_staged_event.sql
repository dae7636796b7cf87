-- The oldest event that the run has read.
select min(occurred_at) as occurred_at
from stage.amocrm_statuses_event
where run_id = %(run_id)s;
