-- A reading begins, or begins anew.
insert into stage.scan (run_id, name, began_at, head_id, told_before)
values (%(run_id)s, %(name)s, clock_timestamp(), %(head_id)s, %(told_before)s)
on conflict (run_id, name) do update
    set
        began_at = excluded.began_at,
        head_id = excluded.head_id,
        told_before = excluded.told_before,
        told_after = null,
        last_id = 0,
        requests = 0,
        rows = 0,
        finished_at = null
returning began_at;
