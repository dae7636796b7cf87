-- One row: how many log rows of the run pass the filters, counted no further than the cap.
select count(*) as found
from (
    select seq
    from ops.run_log
    where
        run_id = %(run)s
        and (%(severity)s::text is null or severity = %(severity)s)
        and (%(outcome)s::text is null or outcome = %(outcome)s)
        and (%(code)s::text is null or %(code)s = any(codes))
        and (%(records)s::text[] is null or record_key = any(%(records)s))
    order by seq
    limit %(cap)s
) as counted;
