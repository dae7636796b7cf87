-- What became of pushes that were not taken, told at once: one event row an action, after all rows the run has.
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
inner join ops.code as code
    on
        code.code = case
            when action.response @> '{"unknown": true}' then 'SDH_UNKNOWN'
            else 'SDH_FAILED'
        end
where action.action_id = any(%(action_ids)s::bigint[]) and action.state = 'failed';
