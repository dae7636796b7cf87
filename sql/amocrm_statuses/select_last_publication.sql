-- When the marts of an account were published last, by a run before this one.
select started_at as at
from ops.run
where
    pipeline = %(pipeline)s
    and source = %(source)s
    and run_id < %(run_id)s
    and not dry_run
    and counters <> '{}'::jsonb
order by run_id desc
limit 1;
