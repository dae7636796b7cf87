-- What an earlier attempt has read of the CRM.
with materials as (
    delete from stage.opencart_catalog_material
    where run_id = %(run_id)s
),

categories as (
    delete from stage.opencart_catalog_crm_category
    where run_id = %(run_id)s
)

delete from stage.opencart_catalog_issue
where run_id = %(run_id)s and code = 'CATALOG_SNAPSHOT_UNSTABLE';
