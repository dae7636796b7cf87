-- How many seconds ago the last of some actions was sent.
select coalesce(extract(epoch from clock_timestamp() - max(sent_at)), 0)::double precision as seconds
from ops.action
where action_id = any(%(action_ids)s);
