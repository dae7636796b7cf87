-- Leads that the run has read, or read events of, or found in the bin: it accounts for each of them.
select count(*) as records
from (
    select lead_id from stage.amocrm_statuses_lead
    where run_id = %(run_id)s
    union
    select lead_id from stage.amocrm_statuses_event
    where run_id = %(run_id)s
    union
    select lead_id from stage.amocrm_statuses_gone
    where run_id = %(run_id)s
) as read_lead;
