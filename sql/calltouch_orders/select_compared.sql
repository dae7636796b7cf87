-- The last ordinary plan of an account, and whether all that it planned was carried out; with it, the oldest transaction that a plan
-- made from now on may not see. Always one row.
select
    pg_snapshot_xmin(pg_current_snapshot())::text as unseen,
    now() as now,
    max(kept.value) as value,
    coalesce(bool_or(run.state = 'success'), false) as holds
from ops.cursor as kept
left join ops.run using (run_id)
where kept.pipeline = 'calltouch_orders' and kept.source = %(account)s and kept.name = 'compared';
