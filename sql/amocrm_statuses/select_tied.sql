-- One row a lead that had several changes of status in one second: all its changes by second, and the status it has after them, if the
-- lead was seen since.
with change as not materialized (
    select
        event.lead_id,
        event.event_id,
        event.occurred_at,
        event.from_pipeline_id || ':' || event.from_status_id as before,
        event.to_pipeline_id || ':' || event.to_status_id as after
    from mart.amocrm_lead_event as event
    inner join stage.amocrm_statuses_affected as built
        on built.run_id = %(run_id)s and event.lead_id = built.lead_id and built.is_kept
    where event.account = %(account)s and event.type = 'lead_status_changed'
),

crowded as (
    select distinct lead_id
    from (
        select lead_id from change
        group by lead_id, occurred_at
        having count(*) > 1
    ) as second
),

tied as (
    select
        change.lead_id,
        max(change.occurred_at) as last_at,
        array_agg(change.event_id order by change.occurred_at, change.event_id) as event_ids,
        array_agg(extract(epoch from change.occurred_at)::bigint order by change.occurred_at, change.event_id) as seconds,
        array_agg(change.before order by change.occurred_at, change.event_id) as befores,
        array_agg(change.after order by change.occurred_at, change.event_id) as afters
    from change
    inner join crowded on change.lead_id = crowded.lead_id
    group by change.lead_id
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
