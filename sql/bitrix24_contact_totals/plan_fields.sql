-- One row a field to be created, after what the run has sent already. What it has created is not created again.
insert into ops.action (run_id, seq, pipeline, target, account, kind, key, before, after, state, error)
select
    %(run_id)s,
    field.place + coalesce((
        select max(made.seq) from ops.action as made
        where made.run_id = %(run_id)s
    ), 0),
    %(pipeline)s,
    %(vendor)s,
    %(account)s,
    'create_field',
    'field:' || (field.told ->> 'field_name'),
    null,
    field.told,
    case when %(reason)s::text is null then 'planned' else 'skipped' end,
    %(reason)s
from jsonb_array_elements(%(fields)s::jsonb) with ordinality as field (told, place)
where
    not exists (
        select 1
        from ops.action as made
        where
            made.run_id = %(run_id)s
            and made.kind = 'create_field'
            and made.key = 'field:' || (field.told ->> 'field_name')
            and made.state = 'done'
    )
order by field.place
on conflict (target, account, kind, key) where state in ('planned', 'sending', 'uncertain') do nothing;
