-- One row a lead that had several changes of status in one second: all its changes by second, and the status it has after them, if the
-- lead was seen since.
with change as (
    select
        event.lead_id,
        event.event_id,
        event.occurred_at,
        extract(epoch from event.occurred_at)::bigint as second,
        event.from_pipeline_id || ':' || event.from_status_id as before,
        event.to_pipeline_id || ':' || event.to_status_id as after
    from mart.amocrm_lead_event as event
    inner join stage.amocrm_statuses_affected as built
        on built.run_id = %(run_id)s and event.lead_id = built.lead_id and built.is_kept
    where event.account = %(account)s and event.type = 'lead_status_changed'
),

compared as (
    select
        change.*,
        second = lag(second) over (partition by lead_id order by second, event_id) as is_same
    from change
),

told as (
    select
        compared.*,
        bool_or(is_same) over (partition by lead_id) as is_tied
    from compared
),

tied as (
    select
        lead_id,
        max(occurred_at) as last_at,
        array_agg(event_id order by second, event_id) as event_ids,
        array_agg(second order by second, event_id) as seconds,
        array_agg(before order by second, event_id) as befores,
        array_agg(after order by second, event_id) as afters
    from told
    where is_tied
    group by lead_id
)

select
    tied.lead_id,
    tied.event_ids,
    tied.seconds,
    tied.befores,
    tied.afters,
    case
        when tied.last_at <= greatest(lead.updated_at, lead.seen_at) then lead.pipeline_id || ':' || lead.status_id
    end as now
from tied
inner join mart.amocrm_lead as lead on lead.account = %(account)s and tied.lead_id = lead.lead_id
order by tied.lead_id;
