-- What the account shows of the rights of whoever gave access.
insert into stage.amocrm_statuses_dictionary (run_id, kind, place, item)
values (%(run_id)s, 'rights', %(place)s, %(item)s)
on conflict (run_id, kind, place) do update
    set item = excluded.item;
