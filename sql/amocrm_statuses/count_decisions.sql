-- Leads of the run by outcome.
select
    outcome,
    count(*) as records
from stage.amocrm_statuses_decision
where run_id = %(run_id)s
group by outcome
order by outcome;
