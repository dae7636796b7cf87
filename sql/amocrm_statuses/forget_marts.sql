-- What was built of an account goes. What was read of it stays; so do pushes and days that were kept, which nothing brings back, and
-- paths, on which a new mapping is tried.
with forgotten_lead_container_interval as (
    delete from mart.amocrm_lead_container_interval
    where account = %(account)s
),

forgotten_lead_container_pass as (
    delete from mart.amocrm_lead_container_pass
    where account = %(account)s
),

forgotten_lead_funnel_state as (
    delete from mart.amocrm_lead_funnel_state
    where account = %(account)s
),

forgotten_lead_utm as (
    delete from mart.amocrm_lead_utm
    where account = %(account)s
),

forgotten_lead_calculated_value as (
    delete from mart.amocrm_lead_calculated_value
    where account = %(account)s
),

forgotten_transition as (
    delete from mart.amocrm_lead_transition
    where account = %(account)s
)

delete from mart.amocrm_mapping_issue
where account = %(account)s;
