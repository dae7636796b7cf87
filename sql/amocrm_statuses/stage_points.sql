-- One row a status each lead is known to have had (smart-data-hub 5.2). Seq 0 is what it was before its first event, or is now if it has
-- none; then come the events; last what the lead itself says, where it is not what the last event says. Within one second
-- their order is that of stage.amocrm_statuses_turn. A lead that was not seen since its last event is where that event says.
insert into stage.amocrm_statuses_point (run_id, lead_id, seq, occurred_at, pipeline_id, status_id, source, event_id)
with lead as not materialized (
    select
        lead.lead_id,
        lead.pipeline_id,
        lead.status_id,
        lead.created_at,
        lead.updated_at,
        greatest(lead.updated_at, lead.seen_at) as known_until
    from mart.amocrm_lead as lead
    inner join stage.amocrm_statuses_affected as built
        on built.run_id = %(run_id)s and lead.lead_id = built.lead_id and built.is_kept
    where lead.account = %(account)s
),

-- What the lead says goes with each of its events: to join it to the first and last of them, nobody knows how many these are.
event as (
    select
        event.lead_id,
        event.event_id,
        event.occurred_at,
        event.from_pipeline_id,
        event.from_status_id,
        event.to_pipeline_id,
        event.to_status_id,
        lead.pipeline_id,
        lead.status_id,
        lead.created_at,
        lead.updated_at,
        lead.known_until,
        row_number() over path as place,
        lead(event.lead_id) over path is null as is_last
    from mart.amocrm_lead_event as event
    inner join lead on event.lead_id = lead.lead_id
    -- Few leads have turns: they are looked up by the lead, whose number is hashed faster than the event's.
    left join stage.amocrm_statuses_turn as turn
        on turn.run_id = %(run_id)s and event.lead_id = turn.lead_id and (event.event_id = turn.event_id) is true
    where event.account = %(account)s and event.type = 'lead_status_changed'
    window path as (partition by event.lead_id order by event.occurred_at, turn.place)
)

select
    %(run_id)s,
    lead_id,
    place,
    occurred_at,
    to_pipeline_id,
    to_status_id,
    'event',
    event_id
from event
union all
select
    %(run_id)s,
    lead_id,
    0,
    least(created_at, occurred_at),
    coalesce(from_pipeline_id, pipeline_id),
    coalesce(from_status_id, status_id),
    'first_event',
    null
from event
where place = 1
union all
select
    %(run_id)s,
    lead_id,
    place + 1,
    greatest(updated_at, occurred_at),
    pipeline_id,
    status_id,
    'snapshot',
    null
from event
where
    is_last
    and (to_pipeline_id, to_status_id) is distinct from (pipeline_id, status_id)
    and occurred_at <= known_until
union all
select
    %(run_id)s,
    lead.lead_id,
    0,
    lead.created_at,
    lead.pipeline_id,
    lead.status_id,
    'snapshot',
    null
from lead
where
    not exists (
        select from mart.amocrm_lead_event as told
        where told.account = %(account)s and told.lead_id = lead.lead_id and told.type = 'lead_status_changed'
    );
