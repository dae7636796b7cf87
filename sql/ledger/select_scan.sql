-- How far a reading of a run has come; one of two hours ago is too old to go on with.
select
    run_id,
    name,
    began_at,
    head_id,
    told_before,
    told_after,
    last_id,
    requests,
    rows,
    finished_at,
    began_at > clock_timestamp() - interval '2 hours' as is_fresh
from stage.scan
where run_id = %(run_id)s and name = %(name)s;
