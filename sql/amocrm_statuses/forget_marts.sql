-- What was built of an account goes; what was read of it, transitions, paths and pushes stay.
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

forgotten_mapping_issue as (
    delete from mart.amocrm_mapping_issue
    where account = %(account)s
)

delete from mart.amocrm_sales_snapshot
where account = %(account)s;
