-- One row a lead: found by its number or a part of its name, or those that stand in a container; the latest first.
select
    lead.lead_id,
    lead.name,
    lead.price,
    lead.created_at,
    lead.updated_at,
    lead.is_deleted,
    coalesce(pipeline.name, '№ ' || lead.pipeline_id) as pipeline,
    coalesce(status.name, '№ ' || lead.status_id) as status,
    stands.containers
from mart.v_amocrm_lead_now as lead
left join mart.amocrm_pipeline as pipeline on lead.account = pipeline.account and lead.pipeline_id = pipeline.pipeline_id
left join mart.amocrm_status as status
    on lead.account = status.account and lead.pipeline_id = status.pipeline_id and lead.status_id = status.status_id
left join lateral (
    select string_agg(container.title, ', ' order by state.funnel_id) as containers
    from mart.amocrm_lead_funnel_state as state
    inner join mart.amocrm_container as container
        on
            state.account = container.account and state.funnel_id = container.funnel_id
            and state.container_id = container.container_id
    where state.account = lead.account and state.lead_id = lead.lead_id
) as stands on true
where
    lead.account = %(account)s
    and (lead.lead_id = %(number)s or lead.name ilike %(pattern)s)
    and (%(before)s::bigint is null or lead.lead_id < %(before)s)
order by lead.lead_id desc
limit %(page_size)s;
