-- The portal's moment at which this run began to read; it becomes the watermark if nothing goes wrong.
insert into ops.cursor as kept (pipeline, source, name, value, run_id)
values (%(pipeline)s, %(source)s, 'read_at', %(moment)s, %(run_id)s)
on conflict (pipeline, source, name) do update
    set value = excluded.value, run_id = excluded.run_id;
