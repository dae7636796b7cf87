-- How the leads that are built stand: what differs is put right. One comparison, since each costs a look at all rows.
with kept as (
    select kept.*
    from mart.amocrm_lead_funnel_state as kept
    inner join stage.amocrm_statuses_affected as built on built.run_id = %(run_id)s and kept.lead_id = built.lead_id
    where kept.account = %(account)s
),

staged as (
    select *
    from stage.amocrm_statuses_state
    where run_id = %(run_id)s
),

differing as materialized (
    select
        coalesce(staged.lead_id, kept.lead_id) as lead_id,
        coalesce(staged.funnel_id, kept.funnel_id) as funnel_id,
        kept.lead_id is null as is_new,
        staged.lead_id is null as is_gone,
        staged.container_id,
        staged.position,
        staged.marker,
        staged.since,
        staged.is_outside,
        staged.price,
        staged.sales_volume,
        staged.success_amount,
        staged.returned_amount,
        staged.success_at,
        staged.success_at_source,
        staged.refused_at,
        staged.refused_from,
        staged.loss_reason_id,
        staged.history_complete,
        staged.created_at,
        staged.created_day,
        staged.responsible_user_id,
        staged.main_contact_id
    from kept
    full join staged on kept.lead_id = staged.lead_id and kept.funnel_id = staged.funnel_id
    where
        (
            kept.lead_id, kept.container_id, kept.position, kept.marker, kept.since, kept.is_outside, kept.price,
            kept.sales_volume, kept.success_amount, kept.returned_amount, kept.success_at, kept.success_at_source,
            kept.refused_at, kept.refused_from, kept.loss_reason_id, kept.history_complete, kept.created_at,
            kept.created_day, kept.responsible_user_id, kept.main_contact_id
        ) is distinct from (
            staged.lead_id, staged.container_id, staged.position, staged.marker, staged.since, staged.is_outside, staged.price,
            staged.sales_volume, staged.success_amount, staged.returned_amount, staged.success_at,
            staged.success_at_source, staged.refused_at, staged.refused_from, staged.loss_reason_id,
            staged.history_complete, staged.created_at, staged.created_day, staged.responsible_user_id,
            staged.main_contact_id
        )
),

gone as (
    delete from mart.amocrm_lead_funnel_state as stale
    using differing
    where
        stale.account = %(account)s
        and stale.lead_id = differing.lead_id
        and stale.funnel_id = differing.funnel_id
        and differing.is_gone
),

changed as (
    update mart.amocrm_lead_funnel_state as stale
    set
        container_id = differing.container_id,
        position = differing.position,
        marker = differing.marker,
        since = differing.since,
        is_outside = differing.is_outside,
        price = differing.price,
        sales_volume = differing.sales_volume,
        success_amount = differing.success_amount,
        returned_amount = differing.returned_amount,
        success_at = differing.success_at,
        success_at_source = differing.success_at_source,
        refused_at = differing.refused_at,
        refused_from = differing.refused_from,
        loss_reason_id = differing.loss_reason_id,
        history_complete = differing.history_complete,
        created_at = differing.created_at,
        created_day = differing.created_day,
        responsible_user_id = differing.responsible_user_id,
        main_contact_id = differing.main_contact_id,
        changed_run_id = %(run_id)s
    from differing
    where
        stale.account = %(account)s
        and stale.lead_id = differing.lead_id
        and stale.funnel_id = differing.funnel_id
        and not differing.is_new
        and not differing.is_gone
),

come as (
    insert into mart.amocrm_lead_funnel_state (
        account, lead_id, funnel_id, container_id, position, marker, since, is_outside, price, sales_volume,
        success_amount, returned_amount, success_at, success_at_source, refused_at, refused_from, loss_reason_id,
        history_complete, created_at, created_day, responsible_user_id, main_contact_id, changed_run_id
    )
    select
        %(account)s,
        lead_id,
        funnel_id,
        container_id,
        position,
        marker,
        since,
        is_outside,
        price,
        sales_volume,
        success_amount,
        returned_amount,
        success_at,
        success_at_source,
        refused_at,
        refused_from,
        loss_reason_id,
        history_complete,
        created_at,
        created_day,
        responsible_user_id,
        main_contact_id,
        %(run_id)s
    from differing
    where is_new
    order by lead_id, funnel_id
)

select count(*) as rows
from differing;
