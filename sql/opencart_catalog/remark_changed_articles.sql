-- Linked materials that people have given the article of something else: they are left alone (Q6a).
with changed as (
    select
        material.material_id,
        material.sku,
        material.title,
        link.identity,
        item.article,
        item.title as item_title
    from stage.opencart_catalog_link as link
    inner join stage.opencart_catalog_material as material on material.run_id = %(run_id)s and link.material_id = material.material_id
    left join mart.catalog_item as item on item.source = %(source)s and link.identity = item.identity
    where
        link.run_id = %(run_id)s
        and not link.is_own
        and not exists (
            select 1
            from stage.opencart_catalog_pair as pair
            where pair.run_id = %(run_id)s and pair.material_id = link.material_id
        )
)

insert into stage.opencart_catalog_remark (run_id, code, record_key, details)
select
    %(run_id)s,
    'CATALOG_ARTICLE_CHANGED',
    'material:' || material_id,
    jsonb_build_object(
        'material_id', material_id,
        'sku', min(sku),
        'title', min(title),
        'items',
        jsonb_agg(
            jsonb_build_object('identity', identity, 'article', article, 'title', item_title) order by identity collate "C"
        )
    )
from changed
group by material_id;
