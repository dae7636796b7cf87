-- Items about which this run has sent something, though its last plan had nothing to say of them: it was made anew after that.
with sent as (
    select
        coalesce(
            case action.kind when 'create_material' then action.key end,
            case when action.key like 'item:%%' then substr(action.key, 6) end,
            link.identity
        ) as identity,
        bool_or(action.kind = 'create_material') as created,
        bool_or(action.kind = 'retire_material') as retired,
        jsonb_agg(distinct coalesce(link.material_id, (action.response ->> 'material_id')::bigint)) as materials
    from ops.action
    left join mart.catalog_link as link
        on
            link.source = %(source)s
            and link.account = %(account)s
            and link.material_id = case when starts_with(action.key, 'material:') then substr(action.key, 10)::bigint end
    where
        action.run_id = %(run_id)s
        and action.state = 'done'
        and action.kind in ('create_material', 'update_material', 'set_custom_fields', 'retire_material')
    group by 1
)

insert into ops.run_log (run_id, seq, severity, outcome, codes, record_key, details)
select
    %(run_id)s,
    row_number() over (order by sent.identity) + coalesce((
        select max(logged.seq) from ops.run_log as logged
        where logged.run_id = %(run_id)s
    ), 0),
    'info',
    case when sent.created then 'created' when sent.retired then 'retired' else 'updated' end,
    array[case when sent.created then 'CATALOG_NEW' when sent.retired then 'CATALOG_RETIRED' else 'CATALOG_CHANGED' end],
    sent.identity,
    jsonb_build_object('title', item.title, 'article', item.article, 'materials', sent.materials)
from sent
inner join stage.opencart_catalog_item as item on item.run_id = %(run_id)s and sent.identity = item.identity
where
    not exists (
        select 1
        from ops.run_log as logged
        where logged.run_id = %(run_id)s and logged.record_key = sent.identity
    );
