-- The slices of a reading, in order.
select
    run_id,
    stream,
    slice_no,
    mode,
    from_at,
    to_at,
    began_at,
    page,
    requests,
    rows,
    newest_at,
    is_done,
    ended_at
from stage.amocrm_statuses_slice
where run_id = %(run_id)s and stream = %(stream)s
order by slice_no;
