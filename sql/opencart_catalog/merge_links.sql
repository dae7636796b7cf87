-- Which material each item was found to be, and the article it has; known links are left alone unless that has changed, or the item was
-- gone meanwhile.
insert into mart.catalog_link as kept (
    source, account, identity, material_id, key, material_key, material_sku, first_seen_run_id, last_run_id
)
select
    %(source)s,
    %(account)s,
    pair.identity,
    pair.material_id,
    item.key,
    material.key as material_key,
    coalesce(material.sku, '') as material_sku,
    %(run_id)s as first_seen_run_id,
    %(run_id)s as last_run_id
from stage.opencart_catalog_pair as pair
inner join stage.opencart_catalog_item as item on item.run_id = %(run_id)s and pair.identity = item.identity
inner join stage.opencart_catalog_material as material on material.run_id = %(run_id)s and pair.material_id = material.material_id
where
    pair.run_id = %(run_id)s
    and (pair.rule <> 'title' or exists (
        select 1
        from ops.action
        where action.run_id = %(run_id)s and action.key = 'material:' || pair.material_id and action.state = 'done'
    ))
on conflict (source, account, identity, material_id) do update
    set
        key = excluded.key,
        material_key = coalesce(excluded.material_key, kept.material_key),
        material_sku = excluded.material_sku,
        absent_runs = 0,
        absent_on = null,
        absent_run_id = null,
        is_lost = false,
        last_run_id = excluded.last_run_id
    where
    (kept.key, kept.material_key, kept.material_sku, kept.absent_runs, kept.absent_on, kept.is_lost)
    is distinct from (excluded.key, coalesce(excluded.material_key, kept.material_key), excluded.material_sku, 0, null, false);
