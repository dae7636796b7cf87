-- A lead that is not there, or does not pass the filter, has no path.
delete from mart.amocrm_lead_path as kept
using stage.amocrm_statuses_affected as built
where kept.account = %(account)s and built.run_id = %(run_id)s and kept.lead_id = built.lead_id and not built.is_kept;
