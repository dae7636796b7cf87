-- One row a status each lead is known to have had (smart-data-hub 5.2). Seq 0 is what it was before its first event, or is now if it has
-- none; then come the events; last what the lead itself says, where it is not what the last event says. Within one second
-- their order is that of stage.amocrm_statuses_turn. A lead that was not seen since its last event is where that event says.
insert into stage.amocrm_statuses_point (run_id, lead_id, seq, occurred_at, pipeline_id, status_id, source, event_id)
with event as (
    select
        event.lead_id,
        event.event_id,
        event.occurred_at,
        event.from_pipeline_id,
        event.from_status_id,
        event.to_pipeline_id,
        event.to_status_id,
        coalesce(
            turn.place, row_number() over (partition by event.lead_id order by event.occurred_at, event.event_id)
        ) as place,
        count(*) over (partition by event.lead_id) as places
    from mart.amocrm_lead_event as event
    inner join stage.amocrm_statuses_affected as built
        on built.run_id = %(run_id)s and event.lead_id = built.lead_id and built.is_kept
    left join stage.amocrm_statuses_turn as turn
        on turn.run_id = %(run_id)s and event.lead_id = turn.lead_id and event.event_id = turn.event_id
    where event.account = %(account)s and event.type = 'lead_status_changed'
),

lead as (
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
    lead.lead_id,
    0,
    least(lead.created_at, first.occurred_at),
    coalesce(first.from_pipeline_id, lead.pipeline_id),
    coalesce(first.from_status_id, lead.status_id),
    case when first.lead_id is null then 'snapshot' else 'first_event' end,
    null
from lead
left join event as first on lead.lead_id = first.lead_id and first.place = 1
union all
select
    %(run_id)s,
    lead.lead_id,
    last.place + 1,
    greatest(lead.updated_at, last.occurred_at),
    lead.pipeline_id,
    lead.status_id,
    'snapshot',
    null
from lead
inner join event as last on lead.lead_id = last.lead_id and last.place = last.places
where
    (last.to_pipeline_id, last.to_status_id) is distinct from (lead.pipeline_id, lead.status_id)
    and last.occurred_at <= lead.known_until;
