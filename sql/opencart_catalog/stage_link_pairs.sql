-- Materials that earlier runs have linked to an item, which are still what was linked, and whose article no item has by now. Of several
-- items the one linked last.
insert into stage.opencart_catalog_pair (run_id, identity, material_id, rule)
select distinct on (link.material_id)
    %(run_id)s,
    link.identity,
    link.material_id,
    'link'
from mart.catalog_link as link
inner join stage.opencart_catalog_link as known
    on known.run_id = %(run_id)s and link.identity = known.identity and link.material_id = known.material_id and known.is_own
inner join stage.opencart_catalog_item as item on link.identity = item.identity
inner join stage.opencart_catalog_material as material on link.material_id = material.material_id
where
    item.run_id = %(run_id)s
    and item.active
    and material.run_id = %(run_id)s
    and link.source = %(source)s
    and link.account = %(account)s
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
