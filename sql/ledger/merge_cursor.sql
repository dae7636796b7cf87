-- Reading has come so far.
insert into ops.cursor as kept (pipeline, source, name, value, run_id)
values (%(pipeline)s, %(source)s, %(name)s, %(value)s, %(run_id)s)
on conflict (pipeline, source, name) do update
    set value = excluded.value, run_id = excluded.run_id
    where kept.value is distinct from excluded.value;
