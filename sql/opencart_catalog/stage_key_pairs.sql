-- Twins: every material whose article is that of an item (Q9).
insert into stage.opencart_catalog_pair (run_id, identity, material_id, rule)
select
    %(run_id)s,
    item.identity,
    material.material_id,
    'key'
from stage.opencart_catalog_item as item
inner join stage.opencart_catalog_material as material on item.key = material.key
where
    item.run_id = %(run_id)s
    and item.active
    and material.run_id = %(run_id)s
    and not exists (
        select 1
        from stage.opencart_catalog_verdict as verdict
        where verdict.run_id = %(run_id)s and verdict.identity = item.identity
    );
