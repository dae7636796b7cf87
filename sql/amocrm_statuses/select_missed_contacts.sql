-- Whether a reading of all contacts has not shown one that is known, or that a live lead names.
with named as (
    select contact_id
    from stage.amocrm_statuses_lead_contact
    where run_id = %(run_id)s
    union all
    select of_lead.contact_id
    from mart.amocrm_lead_contact as of_lead
    inner join mart.amocrm_lead as lead
        on of_lead.account = lead.account and of_lead.lead_id = lead.lead_id and not lead.is_deleted
    where of_lead.account = %(account)s
    union all
    select contact_id
    from mart.amocrm_contact
    where account = %(account)s
)

select exists(
    select from named
    where not exists (
        select from stage.amocrm_statuses_contact as shown
        where shown.run_id = %(run_id)s and shown.contact_id = named.contact_id
    )
) as are_missed;
