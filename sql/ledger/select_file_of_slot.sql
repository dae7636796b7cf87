-- The file landed for a slot of the schedule: by the run that stood for it, else the last one landed before the next slot. A file
-- that was imported goes before one that was refused or only tried.
select
    landed_file.uri,
    landed_file.sha256,
    landed_file.bytes,
    landed_file.landed_at,
    landed_file.origin
from ops.landed_file
inner join ops.run using (run_id)
where
    run.pipeline = %(pipeline)s
    and run.source is not distinct from %(source)s
    and (
        run.logical_date = %(slot)s
        or (landed_file.landed_at >= %(slot)s and landed_file.landed_at < %(next_slot)s)
    )
order by
    run.state in ('success', 'partial') and not run.dry_run desc,
    run.logical_date is not distinct from %(slot)s desc,
    landed_file.landed_at desc,
    run.run_id desc
limit 1;
