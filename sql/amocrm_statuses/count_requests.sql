-- Requests of lists that the run has made so far.
select coalesce(sum(requests), 0) as requests
from stage.amocrm_statuses_slice
where run_id = %(run_id)s;
