-- Which of some events are known not to read: by an earlier run, or an earlier page of this one.
select known.event_id
from mart.amocrm_unread_events, unnest(event_ids) as known (event_id)
where account = %(account)s and known.event_id = any(%(event_ids)s)
union
select known.event_id
from stage.amocrm_statuses_unread, unnest(event_ids) as known (event_id)
where run_id = %(run_id)s and known.event_id = any(%(event_ids)s);
