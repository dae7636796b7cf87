-- Which material each item was found to be; known links are left alone unless the item was gone meanwhile.
insert into mart.catalog_link as kept (identity, material_id, key, first_seen_run_id, last_run_id)
select
    pair.identity,
    pair.material_id,
    item.key,
    %(run_id)s as first_seen_run_id,
    %(run_id)s as last_run_id
from stage.opencart_catalog_pair as pair
inner join stage.opencart_catalog_item as item on item.run_id = %(run_id)s and pair.identity = item.identity
where
    pair.run_id = %(run_id)s
    and (pair.rule <> 'title' or exists (
        select 1
        from ops.action
        where action.run_id = %(run_id)s and action.key = 'material:' || pair.material_id and action.state = 'done'
    ))
on conflict (identity, material_id) do update
    set key = excluded.key, absent_runs = 0, absent_on = null, last_run_id = excluded.last_run_id
    where (kept.key, kept.absent_runs, kept.absent_on) is distinct from (excluded.key, 0, null);
