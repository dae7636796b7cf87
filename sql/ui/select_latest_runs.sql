-- One row a named source that has ever run: its latest run. Reads one index entry a source.
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
    run.counters,
    run.error
from named
inner join ops.run as run on run.run_id = (
    select latest.run_id
    from ops.run as latest
    where latest.pipeline = 'deal_import' and latest.source = named.source_name
    order by latest.started_at desc, latest.run_id desc
    limit 1
);
