-- The settings as loaded go: the next run builds everything.
with forgotten_container_status as (
    delete from mart.amocrm_container_status
    where account = %(account)s
),

forgotten_container as (
    delete from mart.amocrm_container
    where account = %(account)s
),

forgotten_funnel as (
    delete from mart.amocrm_funnel
    where account = %(account)s
),

forgotten_field_selection as (
    delete from mart.amocrm_field_selection
    where account = %(account)s
),

forgotten_calc_field as (
    delete from mart.amocrm_calc_field
    where account = %(account)s
)

delete from mart.amocrm_config_build
where account = %(account)s;
