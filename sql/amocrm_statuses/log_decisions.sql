-- One row a lead that changed something or deserves a look; leads that are as they were, or of no concern to the marts, are only counted.
insert into ops.run_log (run_id, seq, severity, outcome, codes, record_key, details)
select
    %(run_id)s,
    row_number() over (order by decision.lead_id) + coalesce((
        select max(logged.seq) from ops.run_log as logged
        where logged.run_id = %(run_id)s
    ), 0),
    coalesce(ops.worst_severity(decision.codes), 'info'),
    decision.outcome,
    decision.codes,
    'lead:' || decision.lead_id,
    decision.details
from stage.amocrm_statuses_decision as decision
where
    decision.run_id = %(run_id)s
    and decision.outcome not in ('unchanged', 'filtered', 'unknown_deleted')
    and (decision.outcome <> 'unmapped' or decision.details <> '{}'::jsonb);
