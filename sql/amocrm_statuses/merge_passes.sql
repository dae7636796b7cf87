-- A container passed of a lead that is built anew comes in, unless it is there.
insert into mart.amocrm_lead_container_pass (
    account, lead_id, funnel_id, container_id, position, kind, passed_at, last_entered_at, entries, closed_seconds, open_since
)
select
    %(account)s,
    staged.lead_id,
    staged.funnel_id,
    staged.container_id,
    staged.position,
    staged.kind,
    staged.passed_at,
    staged.last_entered_at,
    staged.entries,
    staged.closed_seconds,
    staged.open_since
from stage.amocrm_statuses_pass as staged
where
    staged.run_id = %(run_id)s
    and not exists (
        select from mart.amocrm_lead_container_pass as kept
        where
            kept.account = %(account)s
            and kept.lead_id = staged.lead_id
            and kept.funnel_id = staged.funnel_id
            and kept.container_id = staged.container_id
    )
order by staged.lead_id, staged.funnel_id, staged.position;
