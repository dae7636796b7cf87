-- One row an item that changes, stands back or deserves a look. What is out of a run's scope is counted, not told.
insert into ops.run_log (run_id, seq, severity, outcome, codes, record_key, details)
select
    %(run_id)s,
    row_number() over (order by split_part(verdict.identity, '#', 1)::bigint, verdict.identity collate "C") + coalesce((
        select max(logged.seq) from ops.run_log as logged
        where logged.run_id = %(run_id)s
    ), 0),
    coalesce(ops.worst_severity(verdict.codes), 'info'),
    verdict.outcome,
    verdict.codes,
    verdict.identity,
    verdict.details
from stage.opencart_catalog_verdict as verdict
where
    verdict.run_id = %(run_id)s
    and verdict.outcome <> 'out_of_scope'
    and not exists (
        select 1
        from ops.run_log as logged
        where logged.run_id = %(run_id)s and logged.record_key = verdict.identity
    );
