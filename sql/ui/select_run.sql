-- One row: a run of the pipeline with the file it received, if it received one. None when there is no such run.
select
    run.run_id,
    run.source,
    run.dag_run_id,
    run.trigger,
    run.dry_run,
    run.state,
    run.started_at,
    run.finished_at,
    run.waits_until,
    run.counters,
    run.error,
    landed.uri,
    landed.sha256,
    landed.bytes,
    landed.landed_at,
    landed.origin
from ops.run as run
left join ops.landed_file as landed on run.run_id = landed.run_id
where
    run.run_id = %(run)s
    and run.pipeline = %(pipeline)s;
