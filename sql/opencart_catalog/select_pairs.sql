-- Active items about which nothing is decided yet, a row for each material that is one's twin; those without have one row.
with sent as (
    select
        material_id,
        jsonb_object_agg(field, value) as fields
    from mart.catalog_sent_value
    where account = %(account)s
    group by material_id
),

gone as (
    select
        link.identity,
        array_agg(link.material_id order by link.material_id) as material_ids
    from mart.catalog_link as link
    where
        link.source = %(source)s
        and link.account = %(account)s
        and not exists (
            select 1
            from stage.opencart_catalog_material as material
            where material.run_id = %(run_id)s and material.material_id = link.material_id
        )
    group by link.identity
)

select
    item.identity,
    item.product_id,
    item.article,
    item.key,
    item.title,
    case when %(sends_description)s then item.description end as description,
    item.price,
    item.currency,
    item.special,
    item.special_from,
    item.special_to,
    item.shop_category_id,
    item.images,
    item.link_url,
    coalesce(file.validator <> picture.validator, false) as is_redrawn,
    item.doubtful as is_doubtful,
    pair.material_id,
    material.sku as material_sku,
    material.title as material_title,
    material.price as material_price,
    material.currency as material_currency,
    material.category_id as material_category_id,
    material.asset_url as material_asset_url,
    material.irrelevant as material_irrelevant,
    material.named_prices as material_named_prices,
    material.custom_fields as material_custom_fields,
    pair.rule as material_rule,
    sent.fields as material_sent,
    gone.material_ids as gone
from stage.opencart_catalog_item as item
left join stage.opencart_catalog_pair as pair on pair.run_id = %(run_id)s and item.identity = pair.identity
left join stage.opencart_catalog_material as material on material.run_id = %(run_id)s and pair.material_id = material.material_id
left join stage.opencart_catalog_picture as file on file.run_id = %(run_id)s and file.address = item.images[1]
left join mart.catalog_picture as picture on picture.account = %(account)s and file.address = picture.address
left join sent on pair.material_id = sent.material_id
left join gone on item.identity = gone.identity
left join stage.opencart_catalog_verdict as verdict on verdict.run_id = %(run_id)s and item.identity = verdict.identity
where item.run_id = %(run_id)s and item.active and verdict.identity is null
order by item.product_id, item.identity collate "C", pair.material_id;
