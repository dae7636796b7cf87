-- Windows with events that do not read: later runs ask for them. Of one that was asked for again no more is kept than came now,
-- unless rights have changed meanwhile: something may have been hidden.
with told as (
    select
        unread.from_at,
        unread.to_at,
        unread.types,
        unread.lead_ids,
        min(unread.problem) as problem,
        array_agg(distinct event.event_id) as event_ids,
        bool_or(unread.is_all) as is_all
    from stage.amocrm_statuses_unread as unread, unnest(unread.event_ids) as event (event_id)
    where unread.run_id = %(run_id)s and unread.lead_id is null and unread.problem is not null
    group by unread.from_at, unread.to_at, unread.types, unread.lead_ids
)

insert into mart.amocrm_unread_events as kept (
    account, from_at, to_at, types, lead_ids, event_ids, problem, since, asked_at, first_run_id
)
select
    %(account)s,
    told.from_at,
    told.to_at,
    told.types,
    told.lead_ids,
    case
        when told.is_all and %(shows_all)s or known.event_ids is null then told.event_ids
        else array(select distinct one from unnest(known.event_ids || told.event_ids) as one)
    end as event_ids,
    told.problem,
    %(now)s as since,
    %(now)s as asked_at,
    %(run_id)s
from told
left join mart.amocrm_unread_events as known
    on
        known.account = %(account)s
        and told.from_at = known.from_at
        and told.to_at = known.to_at
        and told.types = known.types
        and told.lead_ids = known.lead_ids
on conflict (account, from_at, to_at, types, lead_ids) do update
    set event_ids = excluded.event_ids, problem = excluded.problem, asked_at = excluded.asked_at;
