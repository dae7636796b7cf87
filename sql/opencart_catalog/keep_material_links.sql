-- Materials that were just created: which item of the shop each of them is, and which article the CRM has made of theirs, if it said so.
insert into mart.catalog_link as kept (source, account, identity, material_id, key, material_sku, first_seen_run_id, last_run_id)
select
    run.source,
    action.account,
    action.key,
    (action.response ->> 'material_id')::bigint,
    coalesce(staged.key, item.key),
    action.response ->> 'sku' as material_sku,
    action.run_id as first_seen_run_id,
    action.run_id as last_run_id
from ops.action
inner join ops.run on action.run_id = run.run_id
left join stage.opencart_catalog_item as staged on action.run_id = staged.run_id and action.key = staged.identity
left join mart.catalog_item as item on run.source = item.source and action.key = item.identity
where action.action_id = any(%(action_ids)s) and action.kind = 'create_material' and action.state = 'done'
on conflict (source, account, identity, material_id) do update
    set
        material_key = null,
        material_sku = excluded.material_sku,
        last_run_id = excluded.last_run_id,
        absent_runs = 0,
        absent_on = null,
        absent_run_id = null,
        is_lost = false;
