-- A stay of a lead that is built anew comes in, unless it is there.
insert into mart.amocrm_lead_container_interval (
    account, lead_id, seq, funnel_id, container_id, position, marker, entered_at, left_at, source
)
select
    %(account)s,
    staged.lead_id,
    staged.seq,
    staged.funnel_id,
    staged.container_id,
    staged.position,
    staged.marker,
    staged.entered_at,
    staged.left_at,
    staged.source
from stage.amocrm_statuses_interval as staged
where
    staged.run_id = %(run_id)s
    and not exists (
        select from mart.amocrm_lead_container_interval as kept
        where
            kept.account = %(account)s
            and kept.lead_id = staged.lead_id
            and kept.seq = staged.seq
    )
order by staged.lead_id, staged.seq;
