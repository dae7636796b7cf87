-- Of some actions, those that were planned so long ago that people may have closed their deals since.
select action_id
from ops.action
where action_id = any(%(action_ids)s) and planned_at < now() - make_interval(secs => %(seconds)s);
