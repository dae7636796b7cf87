-- What came of the material that a run was to create for an item: its id, or whether that is in doubt, or waits for what is in doubt.
select
    (response ->> 'material_id')::bigint as material_id,
    state in ('planned', 'sending', 'uncertain') or coalesce(response ? 'held', false) as is_in_doubt,
    coalesce(response ? 'waits', false) as waits
from ops.action
where
    run_id = %(run_id)s
    and target = %(target)s
    and account = %(account)s
    and kind = 'create_material'
    and key = %(identity)s
order by (state = 'done') desc, seq desc
limit 1;
