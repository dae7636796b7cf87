-- Links that hold no longer: of a material that is another item's by now, or whose article people have changed to another one; of one
-- that is gone from the CRM, unless its item has no other and is still offered (then it is known that it was deleted).
delete from mart.catalog_link as link
where
    link.source = %(source)s
    and link.account = %(account)s
    and link.first_seen_run_id <> %(run_id)s
    and (
        exists (
            select 1
            from stage.opencart_catalog_pair as pair
            inner join mart.catalog_link as other
                on
                    other.source = %(source)s
                    and other.account = %(account)s
                    and pair.identity = other.identity
                    and pair.material_id = other.material_id
            where pair.run_id = %(run_id)s and pair.material_id = link.material_id and pair.identity <> link.identity
        )
        or exists (
            select 1
            from stage.opencart_catalog_link as known
            inner join stage.opencart_catalog_material as material
                on material.run_id = %(run_id)s and known.material_id = material.material_id
            where
                known.run_id = %(run_id)s
                and known.identity = link.identity
                and known.material_id = link.material_id
                and not known.is_own
        )
        or %(is_whole)s
        and not exists (
            select 1
            from stage.opencart_catalog_material as material
            where material.run_id = %(run_id)s and material.material_id = link.material_id
        )
        and (
            not exists (
                select 1
                from stage.opencart_catalog_item as item
                where item.run_id = %(run_id)s and item.active and item.identity = link.identity
            )
            or exists (
                select 1
                from mart.catalog_link as other
                left join stage.opencart_catalog_material as alive
                    on alive.run_id = %(run_id)s and other.material_id = alive.material_id
                where
                    other.source = %(source)s
                    and other.account = %(account)s
                    and other.identity = link.identity
                    and other.material_id <> link.material_id
                    and (alive.material_id is not null or other.first_seen_run_id = %(run_id)s)
            )
        )
    );
