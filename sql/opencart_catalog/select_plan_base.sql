-- How large the CRM is, how many items of the shop are linked to it, and how many of the linked materials it had and has no more, or has
-- with another article.
select
    (
        select count(*) from stage.opencart_catalog_material
        where run_id = %(run_id)s
    ) as materials,
    count(distinct link.identity) as linked_items,
    count(distinct link.material_id) filter (where not link.is_past) as linked_materials,
    count(distinct link.material_id) filter (where link.is_lost) as lost_materials,
    not exists (
        select 1
        from stage.opencart_catalog_issue
        where run_id = %(run_id)s and code = 'CATALOG_SNAPSHOT_UNSTABLE'
    ) as is_whole
from stage.opencart_catalog_link as link
where link.run_id = %(run_id)s;
