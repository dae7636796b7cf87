-- How many materials the plan creates and changes.
select
    count(*) filter (where kind = 'create_material') as created,
    count(distinct material_id) filter (where kind in ('update_material', 'set_custom_fields')) as updated
from stage.opencart_catalog_decision
where run_id = %(run_id)s;
