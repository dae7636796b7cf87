-- Leads that the filter does not let through are not built.
update stage.amocrm_statuses_affected
set is_kept = false
where run_id = %(run_id)s and lead_id = any(%(lead_ids)s::bigint[]);
