-- The run of the source that is going, if there is one.
select
    run_id,
    dag_run_id,
    waits_until
from ops.run
where pipeline = %(pipeline)s and source is not distinct from %(source)s and state = 'running';
