-- How many actions of a run, of some kinds or of all, are in which state.
select
    count(*) filter (where state = 'done') as done,
    count(*) filter (where state = 'failed') as failed,
    count(*) filter (where state = 'uncertain') as uncertain,
    count(*) filter (where state in ('planned', 'sending')) as planned,
    count(*) filter (where state = 'skipped') as skipped
from ops.action
where run_id = %(run_id)s and (%(kinds)s::text[] is null or kind = any(%(kinds)s));
