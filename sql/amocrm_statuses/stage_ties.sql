-- One row a change of status of a lead that had several in one second, numbered by second and id.
insert into stage.amocrm_statuses_tied (run_id, lead_id, place, first_place, event_id, from_status, to_status)
with tied as (
    select event.lead_id
    from mart.amocrm_lead_event as event
    inner join stage.amocrm_statuses_affected as built
        on built.run_id = %(run_id)s and event.lead_id = built.lead_id and built.is_kept
    where event.account = %(account)s and event.type = 'lead_status_changed'
    group by event.lead_id
    having count(*) > count(distinct event.occurred_at)
),

placed as (
    select
        event.lead_id,
        event.event_id,
        event.occurred_at,
        event.from_pipeline_id || ':' || event.from_status_id as from_status,
        event.to_pipeline_id || ':' || event.to_status_id as to_status,
        row_number() over (partition by event.lead_id order by event.occurred_at, event.event_id) as place
    from mart.amocrm_lead_event as event
    inner join tied on event.lead_id = tied.lead_id
    where event.account = %(account)s and event.type = 'lead_status_changed'
)

select
    %(run_id)s,
    lead_id,
    place,
    min(place) over (partition by lead_id, occurred_at),
    event_id,
    from_status,
    to_status
from placed;
