-- Materials of other articles, nobody's either, whose titles look like those of items that the CRM has not (Q6a).
with missing as (
    select
        shape.shape,
        (array_agg(
            jsonb_build_object('identity', item.identity, 'article', item.article, 'title', item.title)
            order by item.identity collate "C"
        ))[1:20] as items
    from stage.opencart_catalog_item as item
    cross join lateral unnest(item.title_shapes) as shape (shape)
    left join stage.opencart_catalog_pair as pair on pair.run_id = %(run_id)s and item.identity = pair.identity
    where item.run_id = %(run_id)s and item.active and pair.identity is null
    group by shape.shape
)

insert into stage.opencart_catalog_remark (run_id, code, record_key, details)
select
    %(run_id)s,
    'CATALOG_SIMILAR_TITLE',
    'material:' || material.material_id,
    jsonb_build_object(
        'material_id', material.material_id,
        'sku', material.sku,
        'title', material.title,
        'items', to_jsonb(missing.items)
    )
from stage.opencart_catalog_material as material
inner join missing on material.title_shape = missing.shape
left join stage.opencart_catalog_pair as pair on pair.run_id = %(run_id)s and material.material_id = pair.material_id
where
    material.run_id = %(run_id)s
    and material.key is not null
    and pair.material_id is null
    and not exists (
        select 1
        from stage.opencart_catalog_item as owner
        where owner.run_id = %(run_id)s and owner.active and owner.key = material.key
    );
