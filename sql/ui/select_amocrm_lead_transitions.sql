-- One row a status that a lead is known to have had, in order, with the container it is in.
select
    step.seq,
    step.occurred_at,
    step.source,
    coalesce(pipeline.name, '№ ' || step.pipeline_id) as pipeline,
    coalesce(status.name, '№ ' || step.status_id) as status,
    coalesce(status.is_gone, true) as is_gone,
    container.title,
    container.marker,
    funnel.title as funnel_title
from mart.amocrm_lead_transition as step
left join mart.amocrm_pipeline as pipeline on step.account = pipeline.account and step.pipeline_id = pipeline.pipeline_id
left join mart.amocrm_status as status
    on step.account = status.account and step.pipeline_id = status.pipeline_id and step.status_id = status.status_id
left join mart.amocrm_container_status as mapped
    on step.account = mapped.account and step.pipeline_id = mapped.pipeline_id and step.status_id = mapped.status_id
left join mart.amocrm_container as container
    on mapped.account = container.account and mapped.funnel_id = container.funnel_id and mapped.container_id = container.container_id
left join mart.amocrm_funnel as funnel on mapped.account = funnel.account and mapped.funnel_id = funnel.funnel_id
where step.account = %(account)s and step.lead_id = %(lead)s
order by step.seq
limit %(page_size)s;
