-- A transition of a lead that is built anew comes in, unless it is there.
insert into mart.amocrm_lead_transition (
    account, lead_id, seq, occurred_at, pipeline_id, status_id, source, event_id
)
select
    %(account)s,
    staged.lead_id,
    staged.seq,
    staged.occurred_at,
    staged.pipeline_id,
    staged.status_id,
    staged.source,
    staged.event_id
from stage.amocrm_statuses_point as staged
where
    staged.run_id = %(run_id)s
    and not exists (
        select from mart.amocrm_lead_transition as kept
        where
            kept.account = %(account)s
            and kept.lead_id = staged.lead_id
            and kept.seq = staged.seq
    )
order by staged.lead_id, staged.seq;
