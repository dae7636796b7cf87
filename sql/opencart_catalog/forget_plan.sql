-- A plan made anew replaces the old one.
with pairs as (
    delete from stage.opencart_catalog_pair
    where run_id = %(run_id)s
),

verdicts as (
    delete from stage.opencart_catalog_verdict
    where run_id = %(run_id)s
),

decisions as (
    delete from stage.opencart_catalog_decision
    where run_id = %(run_id)s
),

places as (
    delete from stage.opencart_catalog_place
    where run_id = %(run_id)s
),

links as (
    delete from stage.opencart_catalog_link
    where run_id = %(run_id)s
),

agreed as (
    delete from stage.opencart_catalog_agreed
    where run_id = %(run_id)s
)

delete from stage.opencart_catalog_remark
where run_id = %(run_id)s;
