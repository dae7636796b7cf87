-- How many records the last good run of the source read.
select staged
from ops.run
where
    pipeline = %(pipeline)s
    and source is not distinct from %(source)s
    and state in ('success', 'partial')
    and not dry_run
    and staged is not null
    and run_id <> %(run_id)s
order by run_id desc
limit 1;
