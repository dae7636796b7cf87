-- What the lists of the CRM show at all, each with an example: custom fields by title, named prices, parents of categories. And where
-- something of the kind was written, so that it can be seen whether lists merely hide it.
with shown as (
    select
        'custom_fields' as what,
        field.title,
        min(material.material_id) as example_id
    from stage.opencart_catalog_material as material
    cross join lateral jsonb_object_keys(material.custom_fields) as field (title)
    where material.run_id = %(run_id)s
    group by field.title
    union all
    select
        'named_prices',
        null,
        min(material_id)
    from stage.opencart_catalog_material
    where run_id = %(run_id)s and named_prices <> '{}'
    union all
    select
        'categories',
        null,
        min(crm_category_id)
    from stage.opencart_catalog_crm_category
    where run_id = %(run_id)s and parent_id is not null
),

sent as (
    select
        'sent_' || split_part(kept.field, ':', 1) as what,
        max(kept.material_id) as example_id
    from mart.catalog_sent_value as kept
    inner join stage.opencart_catalog_material as material
        on material.run_id = %(run_id)s and kept.material_id = material.material_id
    where
        kept.account = %(account)s
        and split_part(kept.field, ':', 1) in ('custom_fields', 'named_prices')
        and kept.value <> ''
    group by split_part(kept.field, ':', 1)
)

select
    what,
    title,
    example_id
from shown
where example_id is not null
union all
select
    what,
    null,
    example_id
from sent
order by what, title;
