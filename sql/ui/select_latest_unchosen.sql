-- One row: the pipeline's latest run that ended before it had come to any source. None when there was none.
select
    run_id,
    state,
    started_at,
    error
from ops.run
where pipeline = %(pipeline)s and source is null
order by started_at desc
limit 1;
