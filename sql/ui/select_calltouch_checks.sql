-- One row an account that an order was checked against by hand: the last check of it.
select distinct on (run.source)
    run.source,
    run.run_id,
    logged.at,
    logged.details
from ops.run_log as logged
inner join ops.run as run on logged.run_id = run.run_id
where
    logged.record_key = %(record)s
    and run.pipeline = 'calltouch_orders'
    and logged.details ? 'differences'
order by run.source asc, logged.run_id desc;
