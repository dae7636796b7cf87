-- The runs of a pipeline that are going.
select
    run_id,
    dag_run_id,
    waits_until
from ops.run
where pipeline = %(pipeline)s and state = 'running';
