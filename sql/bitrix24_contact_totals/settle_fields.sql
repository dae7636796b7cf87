-- Fields that the portal has now.
insert into mart.bitrix24_field as kept (
    account, field_name, kind, category_id, year, field_id, label, precision, is_gone, seen_run_id
)
select
    action.account,
    action.after ->> 'field_name',
    action.after ->> 'kind',
    (action.after ->> 'category_id')::integer,
    (action.after ->> 'year')::integer,
    (action.response ->> 'field_id')::bigint,
    action.after ->> 'label',
    (action.after ->> 'precision')::smallint,
    false,
    action.run_id
from ops.action
where action.action_id = any(%(action_ids)s) and action.state = 'done'
on conflict (account, field_name) do update
    set
        field_id = coalesce(excluded.field_id, kept.field_id),
        label = excluded.label,
        precision = excluded.precision,
        is_gone = false,
        seen_run_id = excluded.seen_run_id;
