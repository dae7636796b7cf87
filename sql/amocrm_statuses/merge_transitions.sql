-- Transitions of the leads that are built: what differs is put right. One comparison, since each costs a look at all rows.
with kept as (
    select kept.*
    from mart.amocrm_lead_transition as kept
    inner join stage.amocrm_statuses_affected as built on built.run_id = %(run_id)s and kept.lead_id = built.lead_id
    where kept.account = %(account)s
),

staged as (
    select *
    from stage.amocrm_statuses_point
    where run_id = %(run_id)s
),

differing as materialized (
    select
        coalesce(staged.lead_id, kept.lead_id) as lead_id,
        coalesce(staged.seq, kept.seq) as seq,
        kept.lead_id is null as is_new,
        staged.lead_id is null as is_gone,
        staged.occurred_at,
        staged.pipeline_id,
        staged.status_id,
        staged.source,
        staged.event_id
    from kept
    full join staged on kept.lead_id = staged.lead_id and kept.seq = staged.seq
    where
        (
            kept.lead_id, kept.occurred_at, kept.pipeline_id, kept.status_id, kept.source, kept.event_id
        ) is distinct from (
            staged.lead_id, staged.occurred_at, staged.pipeline_id, staged.status_id, staged.source, staged.event_id
        )
),

gone as (
    delete from mart.amocrm_lead_transition as stale
    using differing
    where
        stale.account = %(account)s
        and stale.lead_id = differing.lead_id
        and stale.seq = differing.seq
        and differing.is_gone
),

changed as (
    update mart.amocrm_lead_transition as stale
    set
        occurred_at = differing.occurred_at,
        pipeline_id = differing.pipeline_id,
        status_id = differing.status_id,
        source = differing.source,
        event_id = differing.event_id
    from differing
    where
        stale.account = %(account)s
        and stale.lead_id = differing.lead_id
        and stale.seq = differing.seq
        and not differing.is_new
        and not differing.is_gone
),

come as (
    insert into mart.amocrm_lead_transition (
        account, lead_id, seq, occurred_at, pipeline_id, status_id, source, event_id
    )
    select
        %(account)s,
        lead_id,
        seq,
        occurred_at,
        pipeline_id,
        status_id,
        source,
        event_id
    from differing
    where is_new
    order by lead_id, seq
)

select count(*) as rows
from differing;
