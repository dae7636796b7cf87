-- Leads that were read, and of which events may have been missed: those before until; null: whenever. Not those that did not read.
select staged.lead_id
from stage.amocrm_statuses_lead as staged
left join mart.amocrm_lead as known on known.account = %(account)s and staged.lead_id = known.lead_id
where
    staged.run_id = %(run_id)s
    and (
        known.lead_id is null and staged.created_at < coalesce(%(until)s::timestamptz, 'infinity')
        or known.updated_at < staged.updated_at and staged.updated_at < coalesce(%(until)s::timestamptz, 'infinity')
        or known.deleted_reason = 'missing'
    )
    and not exists (
        select 1 from mart.amocrm_unread_lead as unread
        where unread.account = %(account)s and staged.lead_id = unread.lead_id
    )
group by staged.lead_id
order by staged.lead_id;
