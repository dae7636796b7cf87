-- What was just sent and taken of fields that the CRM may not give back as they were sent, or not show in its lists at all, or
-- that people may change: the values that hold until something else is sent.
with done as (
    select
        run_id,
        account,
        kind,
        before,
        after - array(select jsonb_array_elements_text(response -> 'unsent')) as after,
        (response ->> 'material_id')::bigint as material_id
    from ops.action
    where
        action_id = any(%(action_ids)s)
        and state = 'done'
        and kind in ('create_material', 'update_material', 'set_custom_fields', 'retire_material')
),

told as (
    select
        done.run_id,
        done.account,
        done.material_id,
        field.name as field,
        done.after ->> field.name as value
    from done
    cross join unnest(array['asset_url', 'title', 'price', 'currency']) as field (name)
    where done.kind in ('create_material', 'update_material') and done.after ? field.name
    union all
    select
        done.run_id,
        done.account,
        done.material_id,
        'named_prices:' || price.name,
        price.value
    from done
    cross join lateral jsonb_each_text(done.after -> 'named_prices') as price (name, value)
    where done.kind in ('create_material', 'update_material')
    union all
    select
        done.run_id,
        done.account,
        done.material_id,
        'custom_fields:' || custom.title,
        custom.value
    from done
    cross join lateral jsonb_each_text(done.after) as custom (title, value)
    where done.kind = 'set_custom_fields'
    union all
    select
        run_id,
        account,
        material_id,
        'retired',
        case
            when after ? 'irrelevant' then 'irrelevant'
            else concat_ws(':', 'category', coalesce(before ->> 'category_id', ''), coalesce(after ->> 'category_id', ''))
        end
    from done
    where kind = 'retire_material'
)

insert into mart.catalog_sent_value as kept (account, material_id, field, value, sent_at, run_id)
select distinct on (account, material_id, field)
    account,
    material_id,
    field,
    value,
    clock_timestamp(),
    run_id
from told
where material_id is not null
order by account asc, material_id asc, field asc, run_id desc
on conflict (account, material_id, field) do update
    set value = excluded.value, sent_at = excluded.sent_at, run_id = excluded.run_id;
