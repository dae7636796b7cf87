-- Of the leads that are known and live, how many a reading of all has shown again, dead or alive, or such that they do not read.
select
    count(*) as known,
    count(*) filter (where exists (
        select 1 from stage.amocrm_statuses_lead as seen
        where seen.run_id = %(run_id)s and seen.lead_id = lead.lead_id
    ) or exists (
        select 1 from stage.amocrm_statuses_gone as gone
        where gone.run_id = %(run_id)s and gone.lead_id = lead.lead_id
    ) or exists (
        select 1 from stage.amocrm_statuses_unread as unread
        where unread.run_id = %(run_id)s and unread.lead_id = lead.lead_id and unread.problem is not null
    )) as seen
from mart.amocrm_lead as lead
where lead.account = %(account)s and not lead.is_deleted;
