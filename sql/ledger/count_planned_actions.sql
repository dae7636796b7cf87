-- How many actions are still to be sent, by lot and kind, in the order in which they will be.
select
    lot,
    kind,
    count(*) as actions
from ops.action
where run_id = %(run_id)s and kind = any(%(kinds)s) and state = 'planned'
group by lot, kind
order by min(seq);
