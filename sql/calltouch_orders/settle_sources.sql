-- What became of sources that were to be written to their orders: written, left alone for a person's value, or refused. What
-- another account has written meanwhile is no person's value.
update mart.calltouch_lead_source as known
set
    written_back_at = case action.state when 'done' then action.sent_at else known.written_back_at end,
    written_short = case action.state when 'done' then action.response ->> 'short' else known.written_short end,
    written_value = case action.state when 'done' then action.after ->> 'full' else known.written_value end,
    kept_value = case
        when not exists (
            select 1 from mart.calltouch_lead_source as other
            where
                other.order_ref = known.order_ref
                and other.site_id <> known.site_id
                and action.response ->> 'kept' = concat_ws(' | ', other.written_short, other.written_value)
        ) then coalesce(action.response ->> 'kept', known.kept_value)
        else known.kept_value
    end,
    last_error = case action.state when 'failed' then action.error end
from ops.action
where
    action.action_id = any(%(action_ids)s)
    and known.site_id = %(site_id)s
    and known.order_ref = action.key::uuid;
