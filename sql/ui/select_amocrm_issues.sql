-- One row a remark about the mapping or the data of an account, those of most leads first, names put to its numbers.
select
    issue.kind,
    issue.leads,
    issue.lead_ids,
    issue.first_seen_at,
    issue.first_run_id,
    case when issue.pipeline_id > 0 then coalesce(pipeline.name, '№ ' || issue.pipeline_id) end as pipeline,
    case when issue.status_id > 0 then coalesce(status.name, '№ ' || issue.status_id) end as status,
    coalesce(funnel.title, nullif(issue.funnel_id, '')) as funnel
from mart.amocrm_mapping_issue as issue
left join mart.amocrm_pipeline as pipeline on issue.account = pipeline.account and issue.pipeline_id = pipeline.pipeline_id
left join mart.amocrm_status as status
    on issue.account = status.account and issue.pipeline_id = status.pipeline_id and issue.status_id = status.status_id
left join mart.amocrm_funnel as funnel on issue.account = funnel.account and issue.funnel_id = funnel.funnel_id
where issue.account = %(account)s
order by issue.leads desc, issue.kind asc, issue.pipeline_id asc, issue.status_id asc, issue.funnel_id asc
limit %(page_size)s;
