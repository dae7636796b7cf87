-- One row a write of a pipeline about one record of an account, the latest first.
select
    action.action_id,
    action.run_id,
    action.kind,
    action.key,
    action.before,
    action.after,
    action.state,
    action.attempts,
    action.response,
    action.error,
    action.planned_at,
    action.sent_at,
    action.done_at,
    run.dry_run
from ops.action as action
inner join ops.run as run on action.run_id = run.run_id
where action.key = %(key)s and action.account = %(account)s and action.pipeline = %(pipeline)s
order by action.action_id desc
limit %(page_size)s;
