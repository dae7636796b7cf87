-- What became of deals that were to be created: what Calltouch has taken is what we now know of it.
update mart.calltouch_deal as deal
set
    state = case action.state when 'done' then 'created' when 'failed' then 'rejected' else deal.state end,
    calltouch_order_id = coalesce((action.response ->> 'calltouchOrderId')::bigint, deal.calltouch_order_id),
    sent_status = case action.state when 'done' then action.after ->> 'status' end,
    sent_status_at = case
        when action.state = 'done'
            then to_timestamp(action.after ->> 'statusDate', 'DD-MM-YYYY HH24:MI:SS')::timestamp at time zone %(zone)s
    end,
    sent_revenue = case action.state when 'done' then (action.after ->> 'revenue')::numeric end,
    sent_funnel = case action.state when 'done' then action.after ->> 'funnel' end,
    sent_manager = case action.state when 'done' then action.after ->> 'manager' end,
    sent_tags = case
        when action.state = 'done'
            then array(select jsonb_array_elements(action.after -> 'addTags') ->> 'tag')
    end,
    first_sent_at = case action.state when 'done' then action.sent_at end,
    last_sent_at = action.sent_at,
    last_error = action.error,
    attempts = deal.attempts + action.attempts,
    last_run_id = action.run_id
from ops.action
where
    action.action_id = any(%(action_ids)s)
    and deal.site_id = %(site_id)s
    and deal.order_ref = action.key::uuid;
