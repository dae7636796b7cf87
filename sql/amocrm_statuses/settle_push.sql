-- What became of leads that were posted; an outcome that is not known is not the same as a refusal.
update mart.amocrm_sdh_push as kept
set
    state = case
        when action.state = 'done' then 'sent'
        when action.state = 'skipped' then 'new'
        when action.response ? 'unknown' then 'unknown'
        else 'failed'
    end,
    remote_id = coalesce(action.response ->> 'id', kept.remote_id),
    attempts = kept.attempts + action.attempts,
    http_status = action.http_status,
    error = action.error,
    pushed_at = coalesce(action.sent_at, kept.pushed_at),
    run_id = action.run_id
from ops.action
inner join ops.run on action.run_id = run.run_id
where
    action.action_id = any(%(action_ids)s::bigint[])
    and action.kind = 'create_lead'
    and kept.account = run.source
    and kept.lead_id = split_part(split_part(action.key, ':', 2), '-', 2)::bigint
    and kept.funnel_id = split_part(action.key, ':', 3);
