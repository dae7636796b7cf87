-- The order as we keep it has the fields that were just written.
update mart.erp_order as document
set source_short = coalesce(action.response ->> 'short', document.source_short), source_full = action.after ->> 'full'
from ops.action
where
    action.action_id = any(%(action_ids)s)
    and action.state = 'done'
    and document.order_ref = action.key::uuid;
