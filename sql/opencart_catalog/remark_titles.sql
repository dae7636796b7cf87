-- Materials that are nobody's, have no article and the very title of an item (Q11).
with items as (
    select
        title_key,
        (array_agg(
            jsonb_build_object('identity', identity, 'article', article, 'title', title) order by identity collate "C"
        ))[1:20] as items
    from stage.opencart_catalog_item
    where run_id = %(run_id)s and active
    group by title_key
)

insert into stage.opencart_catalog_remark (run_id, code, record_key, details)
select
    %(run_id)s,
    'CATALOG_TITLE_WITHOUT_SKU',
    'material:' || material.material_id,
    jsonb_build_object(
        'material_id', material.material_id,
        'sku', material.sku,
        'title', material.title,
        'items', to_jsonb(items.items)
    )
from stage.opencart_catalog_material as material
inner join items on material.title_key = items.title_key
left join stage.opencart_catalog_pair as pair on pair.run_id = %(run_id)s and material.material_id = pair.material_id
where material.run_id = %(run_id)s and material.key is null and pair.material_id is null;
