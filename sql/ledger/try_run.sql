-- Whether nobody is at work on the run; if so, it is locked now.
select pg_try_advisory_lock(hashtext('dealflow ops.run'), (%(run_id)s)::integer) as locked;
