-- How many actions are still to be sent, or would be if the run were no dry one, by lot and kind, in order.
select
    lot,
    kind,
    count(*) as actions
from ops.action
where run_id = %(run_id)s and kind = any(%(kinds)s) and (state = 'planned' or (state = 'skipped' and done_at is null))
group by lot, kind
order by min(seq);
