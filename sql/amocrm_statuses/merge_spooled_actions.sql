-- And back, once it is rolled back.
copy ops.action (run_id, seq, pipeline, target, account, kind, key, before, after, state, error, planned_at) from stdin;
