-- A stay of a lead that is built anew goes, unless it comes out exactly as it is.
delete from mart.amocrm_lead_container_interval as kept
using stage.amocrm_statuses_affected as built
where
    kept.account = %(account)s
    and built.run_id = %(run_id)s
    and kept.lead_id = built.lead_id
    and not exists (
        select from stage.amocrm_statuses_interval as staged
        where
            staged.run_id = %(run_id)s
            and staged.lead_id = kept.lead_id
            and staged.seq = kept.seq
            and (
                staged.funnel_id, staged.container_id, staged.position, staged.marker, staged.entered_at, staged.left_at,
                staged.source
            ) is not distinct from (
                kept.funnel_id, kept.container_id, kept.position, kept.marker, kept.entered_at, kept.left_at, kept.source
            )
    );
