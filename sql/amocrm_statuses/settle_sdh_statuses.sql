-- Statuses that were created, so that leads of their containers may be passed on.
insert into mart.amocrm_sdh_status as kept (
    account, funnel_id, container_id, remote_pipeline_id, remote_status_id, name, run_id
)
select
    run.source,
    split_part(action.key, ':', 2),
    split_part(action.key, ':', 3),
    action.after ->> 'pipeline_id',
    action.response ->> 'status_id',
    action.after ->> 'name',
    action.run_id
from ops.action
inner join ops.run on action.run_id = run.run_id
where action.action_id = any(%(action_ids)s::bigint[]) and action.kind = 'create_status' and action.state = 'done'
on conflict (account, funnel_id, container_id) do update
    set
        remote_pipeline_id = excluded.remote_pipeline_id,
        remote_status_id = excluded.remote_status_id,
        name = excluded.name,
        run_id = excluded.run_id;
