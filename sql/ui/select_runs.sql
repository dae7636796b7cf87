-- One row a run of the pipeline, the latest first, below the run that the previous page ended with.
select
    run_id,
    source,
    dag_run_id,
    trigger,
    dry_run,
    state,
    started_at,
    finished_at,
    waits_until,
    counters,
    error
from ops.run
where
    pipeline = %(pipeline)s
    and (%(before)s::bigint is null or run_id < %(before)s)
    and (%(source)s::text is null or source = %(source)s)
    and (%(state)s::text is null or state = %(state)s)
order by run_id desc
limit %(page_size)s;
