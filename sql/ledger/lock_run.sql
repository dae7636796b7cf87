-- Somebody is at work on the run, until unlocked or disconnected.
select pg_advisory_lock(hashtext('dealflow ops.run'), (%(run_id)s)::integer);
