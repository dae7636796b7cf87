-- What a run has written and not read back yet: all creates and custom fields, and of the rest some, evenly spread. Without what is known
-- not to have been taken. Of what the answer to its write has shown already some are to be looked at as if it had not.
with written as (
    select
        action_id,
        seq,
        kind,
        after - array(select jsonb_array_elements_text(response -> 'unsent')) as after,
        (response ->> 'material_id')::bigint as material_id,
        response ? 'shown' as is_shown,
        kind in ('create_material', 'set_custom_fields') as always,
        row_number() over (partition by kind, response ? 'shown' order by seq) as place,
        count(*) over (partition by kind, response ? 'shown') as places
    from ops.action
    where
        run_id = %(run_id)s
        and state = 'done'
        and kind in ('create_material', 'update_material', 'set_custom_fields', 'retire_material')
        and response ? 'material_id'
        and not response ? 'read_back'
)

select
    action_id,
    kind,
    material_id,
    after::text as after,
    is_shown and mod(place, ceil(places::numeric / %(most)s)) <> 0 as is_shown
from written
where always or mod(place, ceil(places::numeric / %(most)s)) = 0
order by seq;
