-- What became of each record about which something was sent, where it is not what was planned: the last attempt at each write counts.
with sent as (
    select distinct on (action.kind, action.key)
        action.*,
        coalesce(
            pair.identity,
            decision.identity,
            case action.kind when 'create_material' then action.key end,
            case when action.key like 'item:%%' then substr(action.key, 6) end,
            case
                when starts_with(action.key, 'material:')
                    then (
                        select min(link.identity) from mart.catalog_link as link
                        where
                            link.source = %(source)s
                            and link.account = %(account)s
                            and link.material_id = substr(action.key, 10)::bigint
                    )
            end,
            action.key
        ) as record_key
    from ops.action
    left join stage.opencart_catalog_decision as decision
        on decision.run_id = %(run_id)s and action.kind = decision.kind and action.key = decision.key
    left join stage.opencart_catalog_pair as pair
        on pair.run_id = %(run_id)s and action.key = 'material:' || pair.material_id
    where action.run_id = %(run_id)s
    order by action.kind asc, action.key asc, action.seq desc
),

dated as (
    select
        sent.*,
        bool_or(sent.state = 'skipped' and coalesce(sent.response ? 'gone', false)) over (partition by sent.key) as is_gone
    from sent
),

judged as (
    select
        record_key,
        bool_or(state = 'failed') as failed,
        bool_or(state = 'uncertain') as uncertain,
        bool_or(
            state in ('planned', 'sending')
            or state = 'skipped' and not is_gone and not coalesce(response ?| array['capability', 'parent'], false)
        ) as unsent,
        bool_or(state = 'skipped' and response ? 'capability') as is_off,
        bool_or(state = 'done') as is_done,
        bool_or(state = 'done' and kind = 'create_material') as created,
        bool_or(state = 'done' and kind in ('update_material', 'set_custom_fields')) as updated,
        bool_or(state = 'done' and kind = 'retire_material') as retired,
        bool_or(is_gone) as gone,
        string_agg(error, '; ' order by seq) filter (where state not in ('done', 'planned')) as error
    from dated
    group by record_key
),

ignored as (
    select
        sent.record_key,
        jsonb_agg(distinct field.name order by field.name) as fields
    from sent
    cross join lateral jsonb_array_elements_text(sent.response -> 'not_accepted') as field (name)
    where jsonb_typeof(sent.response -> 'not_accepted') = 'array'
    group by sent.record_key
),

told as (
    select
        judged.record_key,
        judged.error,
        ignored.fields as not_accepted,
        case
            when failed then 'failed'
            when uncertain then 'uncertain'
            when unsent then 'not_sent'
            when created then 'created'
            when retired then 'retired'
            when updated then 'updated'
            when gone then 'deleted'
            when is_off and not is_done then 'not_sent'
        end as outcome,
        array_remove(
            array[
                case when failed then 'CATALOG_REFUSED_BY_CRM' end,
                case when uncertain then 'CATALOG_UNCERTAIN' end,
                case when unsent then 'CATALOG_NOT_SENT' end,
                case when gone then 'CATALOG_GONE_MEANWHILE' end,
                case when is_off then 'CAPABILITY_OFF' end,
                case when ignored.fields is not null then 'FIELD_NOT_ACCEPTED' end
            ], null
        ) as codes
    from judged
    left join ignored on judged.record_key = ignored.record_key
)

update ops.run_log
set
    outcome = case when run_log.outcome is not null then coalesce(told.outcome, run_log.outcome) end,
    codes = run_log.codes || array(
        select added.code
        from unnest(told.codes) as added (code)
        where added.code <> all(run_log.codes)
    ),
    severity = ops.worst_severity(run_log.codes || told.codes),
    details = run_log.details || jsonb_strip_nulls(jsonb_build_object('error', told.error, 'not_accepted', told.not_accepted))
from told
where
    run_log.run_id = %(run_id)s
    and run_log.record_key = told.record_key
    and (run_log.outcome is not null or run_log.codes && array['CATALOG_CATEGORY_NEW', 'CATALOG_CATEGORY_RENAMED']);
