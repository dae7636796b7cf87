-- Windows with events that did not read and that this run has not asked for, those asked for longest ago first.
select
    unread.from_at,
    unread.to_at,
    unread.types,
    unread.lead_ids,
    unread.event_ids,
    unread.problem
from mart.amocrm_unread_events as unread
where
    unread.account = %(account)s
    and not exists (
        select 1 from stage.amocrm_statuses_unread as staged
        where
            staged.run_id = %(run_id)s
            and unread.from_at = staged.from_at and unread.to_at = staged.to_at
            and unread.types = staged.types and unread.lead_ids = staged.lead_ids
    )
order by unread.asked_at, unread.from_at, unread.to_at, unread.types, unread.lead_ids
limit %(most)s;
