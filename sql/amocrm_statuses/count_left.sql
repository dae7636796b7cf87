-- How many leads leave the marts in this run, and how many the marts hold.
select
    (
        select count(*) from stage.amocrm_statuses_decision
        where run_id = %(run_id)s and outcome = 'left'
    ) as leads,
    (
        select count(distinct lead_id) from mart.amocrm_lead_funnel_state
        where account = %(account)s
    ) as standing;
