-- A page of a list and when it was read; of one read twice the first reading.
insert into stage.amocrm_statuses_page (run_id, stream, page, first_id, last_id, rows, read_at)
values (%(run_id)s, %(stream)s, %(page)s, %(first_id)s, %(last_id)s, %(rows)s, %(read_at)s)
on conflict (run_id, stream, page) do nothing;
