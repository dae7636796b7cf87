-- A plan made anew is logged anew; what the old one has already sent stays in the log.
delete from ops.run_log
where
    run_log.run_id = %(run_id)s
    and run_log.record_key is not null
    and not exists (
        select 1
        from ops.action
        where action.run_id = run_log.run_id and action.key = run_log.record_key and action.attempts > 0
    );
