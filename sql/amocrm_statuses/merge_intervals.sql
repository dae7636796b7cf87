-- Stays of the leads that are built: what differs is put right. One comparison, since each costs a look at all rows.
with kept as (
    select kept.*
    from mart.amocrm_lead_container_interval as kept
    inner join stage.amocrm_statuses_affected as built on built.run_id = %(run_id)s and kept.lead_id = built.lead_id
    where kept.account = %(account)s
),

staged as (
    select *
    from stage.amocrm_statuses_interval
    where run_id = %(run_id)s
),

differing as materialized (
    select
        coalesce(staged.lead_id, kept.lead_id) as lead_id,
        coalesce(staged.seq, kept.seq) as seq,
        kept.lead_id is null as is_new,
        staged.lead_id is null as is_gone,
        staged.funnel_id,
        staged.container_id,
        staged.entered_at,
        staged.left_at,
        staged.source
    from kept
    full join staged on kept.lead_id = staged.lead_id and kept.seq = staged.seq
    where
        (
            kept.lead_id, kept.funnel_id, kept.container_id, kept.entered_at, kept.left_at, kept.source
        ) is distinct from (
            staged.lead_id, staged.funnel_id, staged.container_id, staged.entered_at, staged.left_at, staged.source
        )
),

gone as (
    delete from mart.amocrm_lead_container_interval as stale
    using differing
    where
        stale.account = %(account)s
        and stale.lead_id = differing.lead_id
        and stale.seq = differing.seq
        and differing.is_gone
),

changed as (
    update mart.amocrm_lead_container_interval as stale
    set
        funnel_id = differing.funnel_id,
        container_id = differing.container_id,
        entered_at = differing.entered_at,
        left_at = differing.left_at,
        source = differing.source
    from differing
    where
        stale.account = %(account)s
        and stale.lead_id = differing.lead_id
        and stale.seq = differing.seq
        and not differing.is_new
        and not differing.is_gone
),

come as (
    insert into mart.amocrm_lead_container_interval (
        account, lead_id, seq, funnel_id, container_id, entered_at, left_at, source
    )
    select
        %(account)s,
        lead_id,
        seq,
        funnel_id,
        container_id,
        entered_at,
        left_at,
        source
    from differing
    where is_new
    order by lead_id, seq
)

select count(*) as rows
from differing;
