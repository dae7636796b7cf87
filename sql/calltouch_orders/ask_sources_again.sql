-- Deals that were told to look for their lead anew: where it came from is asked again. What we have written stays ours.
update mart.calltouch_lead_source as known
set state = 'waiting', checked_at = null, written_back_at = null, kept_value = null, last_error = null
from ops.action
where
    action.action_id = any(%(action_ids)s)
    and action.state = 'done'
    and action.after ? 'reMatching'
    and known.site_id = %(site_id)s
    and known.order_ref = action.key::uuid;
