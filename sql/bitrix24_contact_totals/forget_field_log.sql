-- What was logged about fields by an earlier attempt at the end goes.
delete from ops.run_log
where
    run_id = %(run_id)s
    and record_key is null
    and codes && array[
        'B24_FIELD_CREATED', 'B24_FIELD_NOT_CREATED', 'B24_FIELD_UNKNOWN_OUTCOME', 'B24_NOT_SENT', 'B24_TOO_MANY_FAILED'
    ];
