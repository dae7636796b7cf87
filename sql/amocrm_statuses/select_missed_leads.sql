-- Leads that are known and live, and that a reading of all has not shown, not even such that they do not read.
select lead.lead_id
from mart.amocrm_lead as lead
where
    lead.account = %(account)s and not lead.is_deleted
    and not exists (
        select 1 from stage.amocrm_statuses_lead as seen
        where seen.run_id = %(run_id)s and seen.lead_id = lead.lead_id
    )
    and not exists (
        select 1 from stage.amocrm_statuses_gone as gone
        where gone.run_id = %(run_id)s and gone.lead_id = lead.lead_id
    )
    and not exists (
        select 1 from stage.amocrm_statuses_unread as unread
        where unread.run_id = %(run_id)s and unread.lead_id = lead.lead_id and unread.problem is not null
    )
order by lead.lead_id;
