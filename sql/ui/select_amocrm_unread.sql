-- One row a lead, or a window with events, that did not read when it was asked for last; those of the longest time first.
-- ``all_records``: how many leads and events these are together, shown or not.
with unread as (
    select
        lead_id,
        1 as records,
        null::timestamptz as from_at,
        null::timestamptz as to_at,
        null::bigint[] as lead_ids,
        problem,
        since,
        asked_at,
        first_run_id
    from mart.amocrm_unread_lead
    where account = %(account)s
    union all
    select
        null,
        cardinality(event_ids),
        from_at,
        to_at,
        lead_ids,
        problem,
        since,
        asked_at,
        first_run_id
    from mart.amocrm_unread_events
    where account = %(account)s
)

select
    unread.lead_id,
    unread.records,
    sum(unread.records) over () as all_records,
    unread.from_at,
    unread.to_at,
    unread.lead_ids,
    unread.problem,
    unread.since,
    unread.asked_at,
    unread.first_run_id,
    lead.lead_id is not null as is_known
from unread
left join mart.amocrm_lead as lead on lead.account = %(account)s and unread.lead_id = lead.lead_id
order by unread.since asc, unread.lead_id asc, unread.from_at asc, unread.to_at asc, unread.lead_ids asc, unread.problem asc
limit %(page_size)s;
