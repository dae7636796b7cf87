-- One row a named source that has ever run so: its latest real run, or its latest dry one. Reads few index entries a source.
with named as (
    select unnest(%(sources)s::text[]) as source_name -- noqa: LT01
)

select
    run.run_id,
    run.source,
    run.dag_run_id,
    run.trigger,
    run.dry_run,
    run.state,
    run.started_at,
    run.finished_at,
    run.waits_until,
    run.counters,
    run.error
from named
inner join ops.run as run on run.run_id = (
    select latest.run_id
    from ops.run as latest
    where latest.pipeline = %(pipeline)s and latest.source = named.source_name and latest.dry_run = %(dry_run)s
    order by latest.started_at desc, latest.run_id desc
    limit 1
);
