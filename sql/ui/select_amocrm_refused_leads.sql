-- One row a lead that stands in refusal, of one reason, container and manager where they are asked for; the latest refused first.
with refused as (
    select
        lead_id,
        price,
        refused_at,
        since,
        loss_reason_id,
        refused_from,
        responsible_user_id
    from mart.amocrm_lead_funnel_state
    where
        account = %(account)s
        and funnel_id = %(funnel)s
        and marker = 'refusal'
        and (%(first_day)s::date is null or created_day >= %(first_day)s)
        and (%(end_day)s::date is null or created_day < %(end_day)s)
        and (%(reason)s::text is null or coalesce(loss_reason_id::text, '') = %(reason)s)
        and (%(container)s::text is null or coalesce(refused_from, '') = %(container)s)
        and (%(manager)s::text is null or coalesce(responsible_user_id::text, '') = %(manager)s)
        and (%(below)s::timestamptz is null or (since, lead_id) < (%(below)s, %(before)s::bigint))
    order by since desc, lead_id desc
    limit %(page_size)s
)

select
    refused.lead_id,
    lead.name,
    refused.price,
    refused.refused_at,
    refused.since,
    coalesce(reason.name, '№ ' || refused.loss_reason_id) as reason,
    coalesce(container.title, refused.refused_from) as refused_from,
    coalesce(manager.name, '№ ' || refused.responsible_user_id) as manager
from refused
inner join mart.amocrm_lead as lead on lead.account = %(account)s and refused.lead_id = lead.lead_id
left join mart.amocrm_loss_reason as reason on reason.account = %(account)s and refused.loss_reason_id = reason.loss_reason_id
left join mart.amocrm_container as container
    on container.account = %(account)s and container.funnel_id = %(funnel)s and refused.refused_from = container.container_id
left join mart.amocrm_user as manager on manager.account = %(account)s and refused.responsible_user_id = manager.user_id
order by refused.since desc, refused.lead_id desc;
