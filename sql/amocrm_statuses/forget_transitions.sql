-- A transition of a lead that is built anew goes, unless it comes out exactly as it is.
delete from mart.amocrm_lead_transition as kept
using stage.amocrm_statuses_affected as built
where
    kept.account = %(account)s
    and built.run_id = %(run_id)s
    and kept.lead_id = built.lead_id
    and not exists (
        select from stage.amocrm_statuses_point as staged
        where
            staged.run_id = %(run_id)s
            and staged.lead_id = kept.lead_id
            and staged.seq = kept.seq
            and (
                staged.occurred_at, staged.pipeline_id, staged.status_id, staged.source, staged.event_id
            ) is not distinct from (
                kept.occurred_at, kept.pipeline_id, kept.status_id, kept.source, kept.event_id
            )
    );
