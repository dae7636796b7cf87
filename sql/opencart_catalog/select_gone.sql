-- Materials linked to items that the shop does not offer any more, which are still what was linked and nobody else's now, of another
-- shop neither.
select
    link.identity,
    link.material_id,
    link.key,
    link.absent_runs - (link.absent_run_id is not distinct from %(run_id)s)::integer as absent_runs,
    material.title as held_title,
    material.category_id,
    material.irrelevant,
    retired.value as retired,
    known.title,
    known.article,
    known.shop_category_id as last_category_id,
    sibling.shop_category_id,
    sibling.product_id is not null as has_product,
    staged.identity is not null as is_disabled,
    exists(
        select 1
        from stage.opencart_catalog_issue as issue
        where
            issue.run_id = %(run_id)s
            and issue.code = 'CATALOG_TOO_MANY_VARIANTS'
            and issue.product_id = split_part(link.identity, '#', 1)::bigint
    ) as has_too_many
from mart.catalog_link as link
inner join stage.opencart_catalog_link as known_link
    on known_link.run_id = %(run_id)s and link.identity = known_link.identity and link.material_id = known_link.material_id
inner join stage.opencart_catalog_material as material
    on material.run_id = %(run_id)s and link.material_id = material.material_id
left join stage.opencart_catalog_item as staged on staged.run_id = %(run_id)s and link.identity = staged.identity
left join mart.catalog_item as known on known.source = %(source)s and link.identity = known.identity
left join mart.catalog_sent_value as retired
    on retired.account = %(account)s and link.material_id = retired.material_id and retired.field = 'retired'
left join (
    select
        product_id,
        min(shop_category_id) as shop_category_id
    from stage.opencart_catalog_item
    where run_id = %(run_id)s and active
    group by product_id
) as sibling on sibling.product_id = split_part(link.identity, '#', 1)::bigint
where
    link.source = %(source)s
    and link.account = %(account)s
    and staged.active is not true
    and known_link.is_own
    and not exists (
        select 1
        from stage.opencart_catalog_pair as pair
        where pair.run_id = %(run_id)s and pair.material_id = link.material_id
    )
    and not exists (
        select 1
        from stage.opencart_catalog_item as owner
        where owner.run_id = %(run_id)s and owner.active and owner.key = material.key
    )
    and not exists (
        select 1
        from mart.catalog_link as later
        inner join stage.opencart_catalog_item as alive on alive.run_id = %(run_id)s and later.identity = alive.identity
        where
            later.source = %(source)s
            and later.account = %(account)s
            and later.material_id = link.material_id
            and alive.active
    )
    and not exists (
        select 1
        from mart.catalog_link as elsewhere
        inner join mart.catalog_item as sold on elsewhere.source = sold.source and elsewhere.identity = sold.identity
        where
            elsewhere.source <> %(source)s
            and elsewhere.account = %(account)s
            and elsewhere.material_id = link.material_id
            and sold.active
    )
order by split_part(link.identity, '#', 1)::bigint, link.identity collate "C", link.material_id;
