-- What a dry run has planned inside the transaction that is about to be rolled back: none of it will be sent.
copy (
    select
        run_id,
        seq,
        pipeline,
        target,
        account,
        kind,
        key,
        before,
        after,
        'skipped',
        error,
        planned_at
    from ops.action
    where run_id = %(run_id)s
    order by seq
) to stdout;
