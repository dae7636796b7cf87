-- One row a remark of a run with one of the codes, in order, after the one that the previous page ended with. Stops at the limit.
select
    run_id,
    seq,
    at,
    severity,
    outcome,
    codes,
    record_key,
    details
from ops.run_log
where run_id = %(run)s and seq > %(after)s and codes && %(codes)s::text[]
order by seq
limit %(page_size)s;
