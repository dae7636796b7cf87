-- A run that failed goes on when its task is cleared, unless another run of the source is going.
update ops.run
set state = 'running', error = null, finished_at = null
where
    run_id = %(run_id)s
    and state = 'failed'
    and not exists (
        select 1
        from ops.run as other
        where
            other.pipeline = run.pipeline
            and other.source is not distinct from run.source
            and other.state = 'running'
    );
