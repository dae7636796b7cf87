-- One row a deleted lead that this run may bring back to life: it was read alive, or an event tells that it was restored.
insert into stage.amocrm_statuses_affected (run_id, lead_id, is_kept, was_deleted)
select
    %(run_id)s,
    lead.lead_id,
    false,
    true
from mart.amocrm_lead as lead
where
    lead.account = %(account)s
    and lead.is_deleted
    and (
        exists (
            select from stage.amocrm_statuses_lead as staged
            where staged.run_id = %(run_id)s and staged.lead_id = lead.lead_id
        )
        or exists (
            select from stage.amocrm_statuses_event as event
            where event.run_id = %(run_id)s and event.lead_id = lead.lead_id and event.type = 'lead_restored'
        )
    );
