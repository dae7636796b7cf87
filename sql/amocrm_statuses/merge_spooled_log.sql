-- And back, once it is rolled back.
copy ops.run_log (run_id, seq, at, severity, outcome, codes, record_key, details) from stdin;
