-- Years that a backfill has recomputed less than six hours ago, and the run that did. One that comes by the same date again was asked
-- for anew: it begins with its first date, and does so once more.
select
    substr(done.name, 10)::integer as year,
    done.run_id
from ops.cursor as done
where
    done.pipeline = %(pipeline)s
    and done.source = %(source)s
    and done.name like 'backfill:%%'
    and done.value::timestamptz > clock_timestamp() - interval '6 hours'
    and not exists (
        select 1
        from ops.run as earlier
        where
            earlier.pipeline = %(pipeline)s
            and earlier.source = %(source)s
            and earlier.trigger = 'backfill'
            and earlier.logical_date = %(logical_date)s
            and earlier.run_id >= done.run_id
    );
