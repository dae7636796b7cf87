-- One row an event: it is added once and never changed.
insert into mart.amocrm_lead_event (
    account, event_id, lead_id, type, created_by, occurred_at, from_pipeline_id, from_status_id, to_pipeline_id, to_status_id,
    sale_before, sale_after, run_id
)
select distinct on (staged.event_id)
    %(account)s,
    staged.event_id,
    staged.lead_id,
    staged.type,
    staged.created_by,
    staged.occurred_at,
    staged.from_pipeline_id,
    staged.from_status_id,
    staged.to_pipeline_id,
    staged.to_status_id,
    staged.sale_before,
    staged.sale_after,
    %(run_id)s
from stage.amocrm_statuses_event as staged
where
    staged.run_id = %(run_id)s
    and not exists (
        select from mart.amocrm_lead_event as kept
        where kept.account = %(account)s and kept.event_id = staged.event_id
    )
order by staged.event_id
on conflict (account, event_id) do nothing;
