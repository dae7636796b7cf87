-- One row a direction, as the portal shows it.
insert into mart.bitrix24_funnel as kept (account, category_id, name, sort, is_gone, seen_run_id)
select
    %(account)s,
    category_id,
    name,
    sort,
    false,
    run_id
from stage.bitrix24_funnel
where run_id = %(run_id)s
on conflict (account, category_id) do update
    set name = excluded.name, sort = excluded.sort, is_gone = false, seen_run_id = excluded.seen_run_id;
