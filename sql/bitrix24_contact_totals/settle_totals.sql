-- What the portal has taken of totals it now holds; the field for the moment is no total.
insert into mart.bitrix24_written_total as kept (
    account, contact_id, field_name, amount_minor, decimals, confirmed_at, was_written, run_id
)
select
    action.account,
    split_part(action.key, ':', 2)::bigint,
    field.name,
    (field.told::numeric * power(10::numeric, scale(field.told::numeric)))::bigint,
    scale(field.told::numeric)::smallint,
    clock_timestamp(),
    true,
    action.run_id
from ops.action
cross join lateral jsonb_each_text(action.after) as field (name, told)
where
    action.action_id = any(%(action_ids)s)
    and field.name <> %(stamp)s
    and not coalesce(action.response -> 'unsent_fields', '[]') ? field.name
    and not coalesce(action.response -> 'not_accepted', '[]') ? field.name
    and (action.state = 'done' or action.state = 'failed' and action.response ? 'not_accepted')
on conflict (account, contact_id, field_name) do update
    set
        amount_minor = excluded.amount_minor,
        decimals = excluded.decimals,
        confirmed_at = excluded.confirmed_at,
        was_written = true,
        run_id = excluded.run_id;
