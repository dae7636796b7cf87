-- Categories that were just created: what the CRM calls each category of the shop.
insert into mart.catalog_category_link as kept (shop_category_id, crm_category_id, path, last_run_id)
select
    (action.after ->> 'shop_category_id')::bigint,
    (action.response ->> 'category_id')::bigint,
    coalesce(array(select jsonb_array_elements_text(action.after -> 'path')), '{}'),
    action.run_id
from ops.action
where action.action_id = any(%(action_ids)s) and action.kind = 'create_category' and action.state = 'done'
on conflict (shop_category_id) do update
    set crm_category_id = excluded.crm_category_id, path = excluded.path, last_run_id = excluded.last_run_id;
