-- The last run of the account that began after this one and has published.
select run_id
from ops.run
where
    pipeline = %(pipeline)s
    and source = %(source)s
    and run_id > %(run_id)s
    and not dry_run
    and counters <> '{}'::jsonb
order by run_id desc
limit 1;
