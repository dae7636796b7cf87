-- Materials without an article, each the only one of its title, whose title exactly one item has, which has no twin (Q11).
with materials as (
    select
        title_key,
        min(material_id) as material_id
    from stage.opencart_catalog_material
    where run_id = %(run_id)s and title_key <> ''
    group by title_key
    having count(*) = 1 and bool_and(key is null)
),

items as (
    select
        title_key,
        min(identity) as identity
    from stage.opencart_catalog_item
    where run_id = %(run_id)s and active
    group by title_key
    having count(*) = 1 and bool_and(key is not null)
)

insert into stage.opencart_catalog_pair (run_id, identity, material_id, rule)
select
    %(run_id)s,
    items.identity,
    materials.material_id,
    'title'
from items
inner join materials on items.title_key = materials.title_key
where
    not exists (
        select 1
        from stage.opencart_catalog_pair as pair
        where pair.run_id = %(run_id)s and (pair.identity = items.identity or pair.material_id = materials.material_id)
    )
    and not exists (
        select 1
        from stage.opencart_catalog_verdict as verdict
        where verdict.run_id = %(run_id)s and verdict.identity = items.identity
    );
