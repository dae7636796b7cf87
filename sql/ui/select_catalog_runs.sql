-- One row a run of the catalogue, the latest first, with whether a plan of it is kept. Reads few index entries a run.
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
    run.error,
    kept.run_id is not null as is_planned
from ops.run as run
left join lateral (
    select difference.run_id
    from mart.catalog_difference as difference
    where difference.run_id = run.run_id
    order by difference.row_no
    limit 1
) as kept on true
where run.pipeline = %(pipeline)s and run.source is not null
order by run.started_at desc, run.run_id desc
limit %(page_size)s;
