-- A container passed of a lead that is built anew goes, unless it comes out exactly as it is.
delete from mart.amocrm_lead_container_pass as kept
using stage.amocrm_statuses_affected as built
where
    kept.account = %(account)s
    and built.run_id = %(run_id)s
    and kept.lead_id = built.lead_id
    and not exists (
        select from stage.amocrm_statuses_pass as staged
        where
            staged.run_id = %(run_id)s
            and staged.lead_id = kept.lead_id
            and staged.funnel_id = kept.funnel_id
            and staged.container_id = kept.container_id
            and (
                staged.position, staged.kind, staged.passed_at, staged.last_entered_at, staged.entries, staged.closed_seconds,
                staged.open_since
            ) is not distinct from (
                kept.position, kept.kind, kept.passed_at, kept.last_entered_at, kept.entries, kept.closed_seconds, kept.open_since
            )
    );
