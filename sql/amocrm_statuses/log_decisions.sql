-- One row a lead that changed something or deserves a look; leads that are as they were, or of no concern to the marts, are only counted.
insert into ops.run_log (run_id, seq, severity, outcome, codes, record_key, details)
with decision as not materialized (
    select *
    from stage.amocrm_statuses_decision
    where
        run_id = %(run_id)s
        and outcome not in ('unchanged', 'filtered', 'unknown_deleted')
        and (outcome <> 'unmapped' or details <> '{}'::jsonb)
),

-- How grave codes are is asked once of each set of them: there are some dozens.
grave as (
    select
        codes,
        coalesce(ops.worst_severity(codes), 'info') as severity
    from (select distinct codes from decision) as told
)

select
    %(run_id)s,
    row_number() over (order by decision.lead_id) + coalesce((
        select max(logged.seq) from ops.run_log as logged
        where logged.run_id = %(run_id)s
    ), 0),
    grave.severity,
    decision.outcome,
    decision.codes,
    'lead:' || decision.lead_id,
    decision.details
from decision
inner join grave on decision.codes = grave.codes;
