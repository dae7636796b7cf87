-- What an earlier attempt has read of the CRM; until it is read to its end, nothing may be planned.
with reading as (
    update stage.opencart_catalog_reading
    set crm_read_at = null
    where run_id = %(run_id)s
),

materials as (
    delete from stage.opencart_catalog_material
    where run_id = %(run_id)s
),

categories as (
    delete from stage.opencart_catalog_crm_category
    where run_id = %(run_id)s
)

delete from stage.opencart_catalog_issue
where run_id = %(run_id)s and code = 'CATALOG_SNAPSHOT_UNSTABLE';
