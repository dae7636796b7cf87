-- How many of these leads are staged already just as they are.
select count(*) as known
from unnest(%(ids)s::bigint[], %(ats)s::timestamptz[]) as asked (lead_id, updated_at)
where
    exists (
        select 1
        from stage.amocrm_statuses_lead as lead
        where
            lead.run_id = %(run_id)s and lead.lead_id = asked.lead_id
            and lead.updated_at = asked.updated_at
    );
