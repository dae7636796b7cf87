-- Years that a backfill has recomputed less than six hours ago.
select substr(name, 10)::integer as year
from ops.cursor
where
    pipeline = %(pipeline)s
    and source = %(source)s
    and name like 'backfill:%%'
    and value::timestamptz > clock_timestamp() - interval '6 hours';
