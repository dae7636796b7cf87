-- The material that a run has created for an item.
select (response ->> 'material_id')::bigint as material_id
from ops.action
where
    run_id = %(run_id)s
    and target = %(target)s
    and account = %(account)s
    and kind = 'create_material'
    and key = %(identity)s
    and state = 'done'
order by seq desc
limit 1;
