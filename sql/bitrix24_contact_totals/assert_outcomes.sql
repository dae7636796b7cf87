-- Confirmed, failed, unchanged and all others come to as many records as there were.
select
    coalesce((
        select sum(counted.records::bigint)
        from jsonb_each_text(run.counters) as counted (outcome, records)
    ), 0) = run.staged as confirmed_failed_unchanged_add_up
from ops.run
where run.run_id = %(run_id)s;
