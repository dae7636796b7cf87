-- What a dry run has logged inside the transaction that is about to be rolled back.
copy (
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
    where run_id = %(run_id)s and seq > %(seq)s
    order by seq
) to stdout;
