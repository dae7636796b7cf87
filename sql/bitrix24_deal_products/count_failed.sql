-- How many deals were written to, and how many of them the portal has refused; the last attempt at each counts.
with latest as (
    select distinct on (key) state
    from ops.action
    where run_id = %(run_id)s
    order by key asc, seq desc
)

select
    count(*) filter (where state in ('done', 'failed', 'uncertain')) as made,
    count(*) filter (where state = 'failed') as failed
from latest;
