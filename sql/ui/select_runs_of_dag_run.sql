-- One row a source that one DAG run of Airflow imported; several attempts at a source are several rows, in order.
select
    run_id,
    source,
    dag_run_id,
    trigger,
    dry_run,
    state,
    started_at,
    finished_at,
    counters,
    error
from ops.run
where dag_run_id = %(dag_run_id)s and pipeline = 'deal_import'
order by run_id
limit 200;
