-- A calculated value goes if its lead is built anew, unless it comes out exactly as it is.
delete from mart.amocrm_lead_calculated_value as kept
using stage.amocrm_statuses_affected as built
where
    kept.account = %(account)s
    and built.run_id = %(run_id)s
    and kept.lead_id = built.lead_id
    and not exists (
        select from stage.amocrm_statuses_calculated as staged
        where
            staged.run_id = %(run_id)s
            and staged.lead_id = kept.lead_id
            and staged.calc_id = kept.calc_id
            and (staged.value, staged.problem) is not distinct from (kept.value, kept.problem)
    );
