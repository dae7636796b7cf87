-- One row a run that found another one going and did nothing.
insert into ops.run (pipeline, source, dag_run_id, trigger, dry_run, logical_date, state, finished_at, error)
values (
    %(pipeline)s, %(source)s, %(dag_run_id)s, %(trigger)s, %(dry_run)s, %(logical_date)s, 'skipped', now(), %(error)s
)
returning run_id;
