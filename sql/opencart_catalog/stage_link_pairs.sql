-- Materials that earlier runs have linked to an item, whose article no item has by now, and nobody has changed to another one since it
-- was last read. Of several items the one linked last.
insert into stage.opencart_catalog_pair (run_id, identity, material_id, rule)
select distinct on (link.material_id)
    %(run_id)s,
    link.identity,
    link.material_id,
    'link'
from mart.catalog_link as link
inner join stage.opencart_catalog_item as item on link.identity = item.identity
inner join stage.opencart_catalog_material as material on link.material_id = material.material_id
where
    item.run_id = %(run_id)s
    and item.active
    and material.run_id = %(run_id)s
    and link.source = %(source)s
    and link.account = %(account)s
    and (material.key <> link.material_key) is not true
    and not exists (
        select 1
        from stage.opencart_catalog_verdict as verdict
        where verdict.run_id = %(run_id)s and verdict.identity = item.identity
    )
    and not exists (
        select 1
        from stage.opencart_catalog_item as owner
        where owner.run_id = %(run_id)s and owner.active and owner.key = material.key
    )
order by link.material_id asc, link.first_seen_run_id desc, link.identity collate "C" asc;
