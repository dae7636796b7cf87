-- The counters of the plan, and the revision of the mart it was made on.
update ops.run
set
    counters = %(counters)s,
    plan_revision = coalesce(%(revision)s, plan_revision)
where run_id = %(run_id)s;
