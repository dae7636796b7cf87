-- Categories that were just created: what the CRM calls each category of the shop.
insert into mart.catalog_category_link as kept (source, account, shop_category_id, crm_category_id, path, last_run_id)
select
    run.source,
    action.account,
    (action.after ->> 'shop_category_id')::bigint,
    (action.response ->> 'category_id')::bigint,
    coalesce(array(select jsonb_array_elements_text(action.after -> 'path')), '{}'),
    action.run_id
from ops.action
inner join ops.run on action.run_id = run.run_id
where action.action_id = any(%(action_ids)s) and action.kind = 'create_category' and action.state = 'done'
on conflict (source, account, shop_category_id) do update
    set crm_category_id = excluded.crm_category_id, path = excluded.path, last_run_id = excluded.last_run_id;
