-- What a check by hand has found, beside what is decided about the order.
update ops.run_log
set details = details || %(details)s
where run_id = %(run_id)s and record_key = %(record_key)s;
