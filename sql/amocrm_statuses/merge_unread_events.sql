-- Windows with events that do not read: later runs ask for them.
with told as (
    select
        unread.from_at,
        unread.to_at,
        max(unread.types) as types,
        max(unread.problem) as problem,
        array_agg(distinct known.event_id) as event_ids
    from stage.amocrm_statuses_unread as unread, unnest(unread.event_ids) as known (event_id)
    where unread.run_id = %(run_id)s and unread.lead_id is null and unread.problem is not null
    group by unread.from_at, unread.to_at
)

insert into mart.amocrm_unread_events as kept (
    account, from_at, to_at, types, event_ids, problem, since, asked_at, first_run_id
)
select
    %(account)s,
    told.from_at,
    told.to_at,
    told.types,
    told.event_ids,
    told.problem,
    %(now)s as since,
    %(now)s as asked_at,
    %(run_id)s
from told
on conflict (account, from_at, to_at) do update
    set
        event_ids = array(select distinct one from unnest(kept.event_ids || excluded.event_ids) as one),
        asked_at = excluded.asked_at;
