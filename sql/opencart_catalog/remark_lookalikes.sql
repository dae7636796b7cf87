-- Articles that look the same and are not (Q2): with their items and materials, twenty of each at most.
with known as (
    select
        key_shape,
        key,
        jsonb_build_object('identity', identity, 'article', article, 'title', title, 'key', key) as item,
        null::jsonb as material
    from stage.opencart_catalog_item
    where run_id = %(run_id)s and active and key is not null
    union all
    select
        key_shape,
        key,
        null,
        jsonb_build_object('material_id', material_id, 'sku', sku, 'title', title, 'key', key)
    from stage.opencart_catalog_material
    where run_id = %(run_id)s and key is not null
),

suspect as (
    select key_shape
    from (
        select
            key_shape,
            key
        from stage.opencart_catalog_item
        where run_id = %(run_id)s and active and key is not null
        union all
        select
            key_shape,
            key
        from stage.opencart_catalog_material
        where run_id = %(run_id)s and key is not null
    ) as keys
    group by key_shape
    having min(key) <> max(key)
)

insert into stage.opencart_catalog_remark (run_id, code, record_key, details)
select
    %(run_id)s,
    'CATALOG_LOOKALIKE',
    'lookalike:' || known.key_shape,
    jsonb_build_object(
        'keys', to_jsonb(array_agg(distinct known.key)),
        'items', to_jsonb(coalesce((array_agg(known.item order by known.item) filter (where known.item is not null))[1:20], '{}')),
        'materials',
        to_jsonb(coalesce((array_agg(known.material order by known.material) filter (where known.material is not null))[1:20], '{}'))
    )
from known
inner join suspect on known.key_shape = suspect.key_shape
group by known.key_shape;
