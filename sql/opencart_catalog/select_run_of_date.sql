-- The run that the schedule has opened for the same local date from another DAG run; nothing if there is none.
-- A skipped one did nothing and does not count.
select
    run_id,
    (logical_date at time zone %(zone)s)::date as local_date
from ops.run
where
    pipeline = %(pipeline)s
    and source = %(source)s
    and trigger = 'scheduled'
    and state <> 'skipped'
    and dag_run_id <> %(dag_run_id)s
    and (logical_date at time zone %(zone)s)::date
    = (%(logical_date)s::timestamptz at time zone %(zone)s)::date
order by run_id desc
limit 1;
