-- What became of actions, one row an outcome.
with outcome as (
    select *
    from unnest(
        %(action_ids)s::bigint[], %(states)s::text[], %(http_statuses)s::integer[], %(responses)s::jsonb[], %(errors)s::text[]
    ) as told (action_id, state, http_status, response, error)
)

update ops.action
set
    state = outcome.state,
    http_status = outcome.http_status,
    response = outcome.response,
    error = outcome.error,
    done_at = clock_timestamp()
from outcome
where action.action_id = outcome.action_id;
