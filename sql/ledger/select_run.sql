-- One run, whole.
select
    run_id,
    pipeline,
    source,
    dag_run_id,
    trigger,
    dry_run,
    state,
    started_at,
    finished_at,
    counters,
    error,
    logical_date,
    staged,
    plan_revision
from ops.run
where run_id = %(run_id)s;
