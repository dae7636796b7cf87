-- How large the CRM is, and how many items of the shop are linked to it.
select
    (
        select count(*) from stage.opencart_catalog_material
        where run_id = %(run_id)s
    ) as materials,
    (select count(distinct identity) from mart.catalog_link) as linked_items,
    not exists (
        select 1
        from stage.opencart_catalog_issue
        where run_id = %(run_id)s and code = 'CATALOG_SNAPSHOT_UNSTABLE'
    ) as is_whole;
