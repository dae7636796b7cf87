-- One row: the particulars of the run's last event, when that is RUN_FINISHED: what it counted by code. Else none.
with last_row as (
    select
        codes,
        details
    from ops.run_log
    where run_id = %(run)s
    order by seq desc
    limit 1
)

select details
from last_row
where codes @> array['RUN_FINISHED'];
