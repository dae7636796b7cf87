-- What became of updates: what Calltouch has taken is what we now know of the deal. Fields that were not sent stay. A deal that
-- Calltouch refuses to change is left to people: a run by hand takes it up again, and once a change is taken it is as before.
update mart.calltouch_deal as deal
set
    state = case
        when action.state = 'done' and action.after ->> 'status' = %(shipped_status)s then 'shipped'
        when action.state = 'failed' then 'rejected'
        when action.state = 'done' and deal.state = 'rejected' and (
            deal.sent_status = %(shipped_status)s or deal.sent_margin is not null
        ) then 'shipped'
        when action.state = 'done' and deal.state = 'rejected' then 'created'
        else deal.state
    end,
    sent_status = coalesce(taken.after ->> 'status', deal.sent_status),
    sent_status_at = coalesce(
        to_timestamp(taken.after ->> 'statusDate', 'DD-MM-YYYY HH24:MI:SS')::timestamp at time zone %(zone)s,
        deal.sent_status_at
    ),
    sent_revenue = coalesce((taken.after ->> 'revenue')::numeric, deal.sent_revenue),
    sent_margin = coalesce((taken.after ->> 'margin')::numeric, deal.sent_margin),
    sent_funnel = coalesce(taken.after ->> 'funnel', deal.sent_funnel),
    sent_manager = coalesce(taken.after ->> 'manager', deal.sent_manager),
    sent_tags = case
        when taken.after -> 'addTags' is not null
            then array(
                select jsonb_array_elements(taken.after -> 'addTags' -> 'tags') ->> 'tag' as tag
                union
                select unnest(deal.sent_tags)
                where not (taken.after -> 'addTags' ->> 'overwrite')::boolean
                order by tag
            )
        else deal.sent_tags
    end,
    last_sent_at = action.sent_at,
    last_error = action.error,
    attempts = deal.attempts + action.attempts,
    last_run_id = action.run_id
from ops.action
left join ops.action as taken on action.action_id = taken.action_id and taken.state = 'done'
where
    action.action_id = any(%(action_ids)s)
    and deal.site_id = %(site_id)s
    and deal.order_ref = action.key::uuid;
