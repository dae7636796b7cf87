-- How many writes were made, and how many of them the CRM has refused; the last attempt at each counts.
with latest as (
    select distinct on (kind, key) state
    from ops.action
    where run_id = %(run_id)s
    order by kind asc, key asc, seq desc
)

select
    count(*) filter (where state in ('done', 'failed', 'uncertain')) as made,
    count(*) filter (where state = 'failed') as failed
from latest;
