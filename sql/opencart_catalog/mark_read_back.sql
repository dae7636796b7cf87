-- What reading back has found of actions that are done, one row an action.
update ops.action
set response = coalesce(action.response, '{}') || found.finding
from unnest(%(action_ids)s::bigint[], %(findings)s::jsonb[]) as found (action_id, finding)
where action.action_id = found.action_id;
