-- Nobody is at work on the run any more.
select pg_advisory_unlock(hashtext('dealflow ops.run'), (%(run_id)s)::integer);
