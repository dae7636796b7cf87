-- A lead's standing in a funnel of a lead that is built anew goes, unless it comes out exactly as it is.
delete from mart.amocrm_lead_funnel_state as kept
using stage.amocrm_statuses_affected as built
where
    kept.account = %(account)s
    and built.run_id = %(run_id)s
    and kept.lead_id = built.lead_id
    and not exists (
        select from stage.amocrm_statuses_state as staged
        where
            staged.run_id = %(run_id)s
            and staged.lead_id = kept.lead_id
            and staged.funnel_id = kept.funnel_id
            and (
                staged.container_id, staged.position, staged.marker, staged.since, staged.is_outside, staged.price,
                staged.sales_volume, staged.success_amount, staged.returned_amount, staged.success_at, staged.success_at_source,
                staged.refused_at, staged.refused_from, staged.loss_reason_id, staged.history_complete, staged.created_at,
                staged.created_day, staged.responsible_user_id, staged.main_contact_id
            ) is not distinct from (
                kept.container_id, kept.position, kept.marker, kept.since, kept.is_outside, kept.price, kept.sales_volume,
                kept.success_amount, kept.returned_amount, kept.success_at, kept.success_at_source, kept.refused_at,
                kept.refused_from, kept.loss_reason_id, kept.history_complete, kept.created_at, kept.created_day,
                kept.responsible_user_id, kept.main_contact_id
            )
    );
