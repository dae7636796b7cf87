-- One row a source of one DAG run of Airflow; several attempts at a source are several rows, in order.
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
where dag_run_id = %(dag_run_id)s and pipeline = %(pipeline)s
order by run_id
limit 200;
