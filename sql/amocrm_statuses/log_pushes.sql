-- What became of each push that was not taken: one event row an action, after all rows the run has.
-- Also of runs that have ended in the middle since the last that came to its end: nobody was told yet.
with untold as (
    select run.run_id
    from ops.run
    where
        run.pipeline = %(pipeline)s and run.source = %(source)s and run.run_id <= %(run_id)s
        and run.run_id > coalesce(
            (
                select max(told.run_id) from ops.run as told
                where
                    told.pipeline = %(pipeline)s and told.source = %(source)s and told.run_id < %(run_id)s
                    and told.state in ('success', 'partial') and told.counters <> '{}'::jsonb and not told.dry_run
            ),
            0
        )
)

insert into ops.run_log (run_id, seq, severity, codes, details)
select
    %(run_id)s,
    (
        select coalesce(max(run_log.seq), 0) from ops.run_log
        where run_log.run_id = %(run_id)s
    ) + row_number() over (order by action.run_id, action.seq),
    code.severity,
    array[code.code],
    jsonb_build_object('key', action.key, 'error', action.error)
from ops.action as action
inner join untold on action.run_id = untold.run_id
inner join ops.code as code
    on
        code.code = case
            when action.state = 'skipped' then 'SDH_NOT_SENT'
            when action.response @> '{"unknown": true}' then 'SDH_UNKNOWN'
            else 'SDH_FAILED'
        end
where action.state = 'failed' or (action.state = 'skipped' and action.run_id = %(run_id)s);
