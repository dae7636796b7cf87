-- One row a run that begins; nothing if another run of the same source is going.
insert into ops.run (pipeline, source, dag_run_id, trigger, dry_run, logical_date)
values (%(pipeline)s, %(source)s, %(dag_run_id)s, %(trigger)s, %(dry_run)s, %(logical_date)s)
on conflict (pipeline, coalesce(source, '')) where state = 'running' do nothing
returning run_id;
