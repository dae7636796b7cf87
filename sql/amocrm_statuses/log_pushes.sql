-- Pushes that were planned and not sent: one event row an action, after all rows the run has. What became of
-- those that were sent is told when they are settled (log_push_outcomes.sql).
insert into ops.run_log (run_id, seq, severity, codes, details)
select
    %(run_id)s,
    (
        select coalesce(max(run_log.seq), 0) from ops.run_log
        where run_log.run_id = %(run_id)s
    ) + row_number() over (order by action.seq),
    code.severity,
    array[code.code],
    jsonb_build_object('key', action.key, 'error', action.error)
from ops.action as action
inner join ops.code as code on code.code = 'SDH_NOT_SENT'
where action.run_id = %(run_id)s and action.state = 'skipped';
