-- How many of these leads are staged already just as they are, or are known not to read.
select count(*) as known
from unnest(%(ids)s::bigint[], %(ats)s::timestamptz[]) as asked (lead_id, updated_at)
left join lateral (
    select bool_or(lead.updated_at = asked.updated_at) as is_same
    from stage.amocrm_statuses_lead as lead
    where lead.run_id = %(run_id)s and lead.lead_id = asked.lead_id
) as staged on true
where
    coalesce(
        staged.is_same,
        exists (
            select 1
            from stage.amocrm_statuses_unread as unread
            where unread.run_id = %(run_id)s and unread.lead_id = asked.lead_id
        )
    );
