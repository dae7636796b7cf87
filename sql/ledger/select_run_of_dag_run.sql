-- The latest run that a DAG run opened for a source.
select run_id
from ops.run
where
    pipeline = %(pipeline)s
    and source is not distinct from %(source)s
    and dag_run_id = %(dag_run_id)s
order by run_id desc
limit 1;
