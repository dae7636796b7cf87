-- Statuses that were created at Smart Data Hub for containers, and those of which nobody knows whether they were.
select
    status.funnel_id,
    status.container_id,
    status.remote_pipeline_id,
    status.remote_status_id,
    status.name,
    false as is_unknown
from mart.amocrm_sdh_status as status
where status.account = %(account)s
union all
select
    split_part(action.key, ':', 2),
    split_part(action.key, ':', 3),
    action.after ->> 'pipeline_id',
    null,
    action.after ->> 'name',
    true
from ops.action
inner join ops.run on action.run_id = run.run_id
where
    action.pipeline = %(pipeline)s
    and action.target = 'smart_data_hub'
    and action.kind = 'create_status'
    and run.source = %(account)s
    and (action.state in ('planned', 'sending', 'uncertain') or action.response ? 'unknown');
