-- When the oldest lead that is known was created.
select least(
    (
        select min(created_at) from mart.amocrm_lead
        where account = %(account)s
    ),
    (
        select min(created_at) from stage.amocrm_statuses_lead
        where run_id = %(run_id)s
    )
) as created_at;
