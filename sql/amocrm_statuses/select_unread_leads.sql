-- Leads that did not read and that this run has not come upon, those asked for longest ago first.
select unread.lead_id
from mart.amocrm_unread_lead as unread
where
    unread.account = %(account)s
    and not exists (
        select 1 from stage.amocrm_statuses_unread as staged
        where staged.run_id = %(run_id)s and unread.lead_id = staged.lead_id
    )
    and not exists (
        select 1 from stage.amocrm_statuses_lead as staged
        where staged.run_id = %(run_id)s and unread.lead_id = staged.lead_id
    )
order by unread.asked_at, unread.lead_id
limit %(most)s;
