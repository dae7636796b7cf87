-- How many writes were made, and how many of them the portal has refused; contacts that are gone do not count.
with latest as (
    select distinct on (kind, key)
        kind,
        state
    from ops.action
    where run_id = %(run_id)s
    order by kind asc, key asc, seq desc
)

select
    count(*) filter (where state in ('done', 'failed', 'uncertain')) as made,
    count(*) filter (where state = 'failed') as failed,
    count(*) filter (
        where state not in ('done', 'skipped') or state = 'skipped' and kind = 'create_field'
    ) as unfinished
from latest;
