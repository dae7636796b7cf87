-- One row a code that the log of an unfinished run holds so far, with the number of its rows; looks at the first thousand only.
with head as (
    select codes
    from ops.run_log
    where run_id = %(run)s
    order by seq
    limit 1000
)

select
    code,
    count(*) as records
from head
cross join unnest(codes) as code
group by code;
