-- One row a row of a pipeline's logs that is about one record, the latest first.
select
    logged.run_id,
    logged.seq,
    logged.at,
    logged.severity,
    logged.outcome,
    logged.codes,
    logged.details,
    run.source,
    run.dry_run
from ops.run_log as logged
inner join ops.run as run on logged.run_id = run.run_id
where
    logged.record_key = %(record)s
    and run.pipeline = %(pipeline)s
    and (%(source)s::text is null or run.source = %(source)s)
order by logged.run_id desc, logged.seq desc
limit %(page_size)s;
