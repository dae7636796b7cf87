-- A slice has come further.
update stage.amocrm_statuses_slice
set
    from_at = %(from_at)s,
    to_at = %(to_at)s,
    page = %(page)s,
    requests = %(requests)s,
    rows = %(rows)s,
    newest_at = %(newest_at)s,
    is_done = %(is_done)s,
    ended_at = %(ended_at)s
where run_id = %(run_id)s and stream = %(stream)s and slice_no = %(slice_no)s;
