-- One run, whole; has_staged: its staged rows are all there.
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
    plan_revision,
    waits_until,
    exists(
        select 1
        from stage.staged_run
        where staged_run.run_id = run.run_id
    ) as has_staged
from ops.run
where run_id = %(run_id)s;
