-- What the run received. A second attempt finds the row and keeps to it.
insert into ops.landed_file (run_id, uri, sha256, bytes, landed_at, origin)
values (%(run_id)s, %(uri)s, %(sha256)s, %(bytes)s, coalesce(%(landed_at)s, now()), %(origin)s)
on conflict (run_id) do nothing;
