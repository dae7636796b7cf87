-- Containers that the leads that are built have passed: what differs is put right, and whose it is noted. One comparison,
-- since each costs a look at all rows.
with kept as (
    select kept.*
    from mart.amocrm_lead_container_pass as kept
    inner join stage.amocrm_statuses_affected as built on built.run_id = %(run_id)s and kept.lead_id = built.lead_id
    where kept.account = %(account)s
),

staged as (
    select *
    from stage.amocrm_statuses_pass
    where run_id = %(run_id)s
),

differing as materialized (
    select
        coalesce(staged.lead_id, kept.lead_id) as lead_id,
        coalesce(staged.funnel_id, kept.funnel_id) as funnel_id,
        coalesce(staged.container_id, kept.container_id) as container_id,
        kept.lead_id is null as is_new,
        staged.lead_id is null as is_gone,
        staged.position,
        staged.kind,
        staged.passed_at,
        staged.last_entered_at,
        staged.entries,
        staged.closed_seconds,
        staged.open_since
    from kept
    full join staged on kept.lead_id = staged.lead_id and kept.funnel_id = staged.funnel_id and kept.container_id = staged.container_id
    where
        (
            kept.lead_id, kept.position, kept.kind, kept.passed_at, kept.last_entered_at, kept.entries, kept.closed_seconds,
            kept.open_since
        ) is distinct from (
            staged.lead_id, staged.position, staged.kind, staged.passed_at, staged.last_entered_at, staged.entries,
            staged.closed_seconds, staged.open_since
        )
),

gone as (
    delete from mart.amocrm_lead_container_pass as stale
    using differing
    where
        stale.account = %(account)s
        and stale.lead_id = differing.lead_id
        and stale.funnel_id = differing.funnel_id
        and stale.container_id = differing.container_id
        and differing.is_gone
),

changed as (
    update mart.amocrm_lead_container_pass as stale
    set
        position = differing.position,
        kind = differing.kind,
        passed_at = differing.passed_at,
        last_entered_at = differing.last_entered_at,
        entries = differing.entries,
        closed_seconds = differing.closed_seconds,
        open_since = differing.open_since
    from differing
    where
        stale.account = %(account)s
        and stale.lead_id = differing.lead_id
        and stale.funnel_id = differing.funnel_id
        and stale.container_id = differing.container_id
        and not differing.is_new
        and not differing.is_gone
),

come as (
    insert into mart.amocrm_lead_container_pass (
        account, lead_id, funnel_id, container_id, position, kind, passed_at, last_entered_at, entries,
        closed_seconds, open_since
    )
    select
        %(account)s,
        lead_id,
        funnel_id,
        container_id,
        position,
        kind,
        passed_at,
        last_entered_at,
        entries,
        closed_seconds,
        open_since
    from differing
    where is_new
    order by lead_id, funnel_id, container_id
),

noted as (
    insert into stage.amocrm_statuses_difference (run_id, lead_id, kind)
    select distinct
        %(run_id)s::bigint,
        lead_id,
        'pass'
    from differing
)

select count(*) as rows
from differing;
