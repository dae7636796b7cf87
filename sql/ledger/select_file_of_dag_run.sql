-- The file landed by an earlier run of the same DAG run: what a cleared run replays.
select
    landed_file.uri,
    landed_file.sha256,
    landed_file.bytes,
    landed_file.landed_at,
    landed_file.origin
from ops.landed_file
inner join ops.run using (run_id)
where
    run.pipeline = %(pipeline)s
    and run.source is not distinct from %(source)s
    and run.dag_run_id = %(dag_run_id)s
    and run.run_id < %(run_id)s
order by run.run_id desc
limit 1;
