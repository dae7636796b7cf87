-- One row a lead that changed in this run: read with another fingerprint, deleted, restored, or with an event not known before.
with evented as (
    select distinct event.lead_id
    from stage.amocrm_statuses_event as staged
    inner join mart.amocrm_lead_event as event on event.account = %(account)s and staged.event_id = event.event_id
    where staged.run_id = %(run_id)s and event.run_id = %(run_id)s
)

insert into stage.amocrm_statuses_affected as known (run_id, lead_id, is_kept)
select
    %(run_id)s,
    lead.lead_id,
    not lead.is_deleted
from mart.amocrm_lead as lead
left join evented on lead.lead_id = evented.lead_id
where lead.account = %(account)s and (lead.changed_run_id = %(run_id)s or evented.lead_id is not null)
on conflict (run_id, lead_id) do update
    set is_kept = excluded.is_kept;
