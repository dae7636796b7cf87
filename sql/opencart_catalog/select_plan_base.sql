-- How large the CRM is, how many items of the shop are linked to it, and how many of the linked materials it had and has no more.
with linked as (
    select
        link.identity,
        link.material_id,
        link.is_lost or link.first_seen_run_id = %(run_id)s as is_past,
        material.material_id is null as is_missing
    from mart.catalog_link as link
    left join stage.opencart_catalog_material as material
        on material.run_id = %(run_id)s and link.material_id = material.material_id
    where link.source = %(source)s and link.account = %(account)s
)

select
    (
        select count(*) from stage.opencart_catalog_material
        where run_id = %(run_id)s
    ) as materials,
    (select count(distinct identity) from linked) as linked_items,
    (
        select count(distinct material_id) from linked
        where not is_past
    ) as linked_materials,
    (
        select count(distinct material_id) from linked
        where not is_past and is_missing
    ) as lost_materials,
    not exists (
        select 1
        from stage.opencart_catalog_issue
        where run_id = %(run_id)s and code = 'CATALOG_SNAPSHOT_UNSTABLE'
    ) as is_whole;
