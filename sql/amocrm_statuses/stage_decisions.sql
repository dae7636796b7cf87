-- One row a lead that the run read, read events of, or built: what became of it, by comparing how it stands with how the marts hold it
-- before that is merged, and by what merging the rest has found. A lead that was read and is as it was is unchanged, wherever it stands.
-- One statement, long as it is: each table is compared once, and what is told of a lead hangs on all of them together.
insert into stage.amocrm_statuses_decision (run_id, lead_id, outcome, codes, details)
with record as (
    select lead_id from stage.amocrm_statuses_lead
    where run_id = %(run_id)s
    union
    select lead_id from stage.amocrm_statuses_gone
    where run_id = %(run_id)s
    union
    select lead_id from stage.amocrm_statuses_event
    where run_id = %(run_id)s
    union
    select lead_id from stage.amocrm_statuses_affected
    where run_id = %(run_id)s
),

evented as (
    select distinct event.lead_id
    from stage.amocrm_statuses_event as staged
    inner join mart.amocrm_lead_event as event on event.account = %(account)s and staged.event_id = event.event_id
    where staged.run_id = %(run_id)s and event.run_id = %(run_id)s
),

gone as (
    select
        staged.lead_id,
        -- It was in the bin already when that was read last.
        bool_and(coalesce(staged.deleted_at <= known.value::timestamptz, known.value is not null)) as is_old
    from stage.amocrm_statuses_gone as staged
    left join ops.cursor as known on known.pipeline = 'amocrm_statuses' and known.source = %(account)s and known.name = 'deleted'
    where staged.run_id = %(run_id)s
    group by staged.lead_id
),

built as (
    select
        lead_id,
        is_kept,
        was_deleted
    from stage.amocrm_statuses_affected
    where run_id = %(run_id)s
),

before as (
    select state.*
    from mart.amocrm_lead_funnel_state as state
    inner join built on state.lead_id = built.lead_id
    where state.account = %(account)s
),

after as (
    select *
    from stage.amocrm_statuses_state
    where run_id = %(run_id)s
),

compared as (
    select
        coalesce(after.lead_id, before.lead_id) as lead_id,
        coalesce(after.funnel_id, before.funnel_id) as funnel_id,
        before.lead_id is not null as had,
        after.lead_id is not null as has,
        coalesce(not after.is_outside, false) as is_inside,
        coalesce(not before.is_outside, false) as was_inside,
        ((before.container_id, before.is_outside) is distinct from (after.container_id, after.is_outside)) as is_moved,
        (before.price is distinct from after.price) as price,
        (before.sales_volume is distinct from after.sales_volume) as sales_volume,
        ((before.success_amount, before.returned_amount) is distinct from (after.success_amount, after.returned_amount)) as amounts,
        ((before.success_at, before.success_at_source) is distinct from (after.success_at, after.success_at_source)) as success_at,
        ((before.refused_at, before.refused_from) is distinct from (after.refused_at, after.refused_from)) as refused_at,
        (before.loss_reason_id is distinct from after.loss_reason_id) as loss_reason_id,
        (before.responsible_user_id is distinct from after.responsible_user_id) as responsible_user_id,
        (before.main_contact_id is distinct from after.main_contact_id) as main_contact_id,
        (
            (before.since, before.history_complete, before.created_at, before.created_day, before.position, before.marker)
            is distinct from
            (after.since, after.history_complete, after.created_at, after.created_day, after.position, after.marker)
        ) as standing,
        before.container_id as from_container,
        after.container_id as to_container,
        before.sales_volume as sales_before,
        after.sales_volume as sales_after,
        after.success_at as won_at,
        before.marker as marker_before,
        after.marker as marker_after,
        coalesce(after.price, 0) = 0 as is_free,
        after.price as price_after
    from before
    full join after on before.lead_id = after.lead_id and before.funnel_id = after.funnel_id
),

told as (
    select
        compared.*,
        container_before.title as title_before,
        container_after.title as title_after,
        funnel.title as funnel_title,
        is_moved or price or sales_volume or amounts or success_at or refused_at or loss_reason_id or responsible_user_id
        or main_contact_id or standing as differs
    from compared
    left join mart.amocrm_funnel as funnel on funnel.account = %(account)s and compared.funnel_id = funnel.funnel_id
    left join mart.amocrm_container as container_before
        on
            container_before.account = %(account)s
            and compared.funnel_id = container_before.funnel_id
            and compared.from_container = container_before.container_id
    left join mart.amocrm_container as container_after
        on
            container_after.account = %(account)s
            and compared.funnel_id = container_after.funnel_id
            and compared.to_container = container_after.container_id
),

stand as (
    select
        lead_id,
        bool_or(had) as had,
        bool_or(has) as has,
        bool_or(is_inside) as is_inside,
        bool_or(was_inside) as was_inside,
        bool_or(is_moved) as is_moved,
        bool_or(differs) as differs,
        bool_or(price) as price,
        bool_or(sales_volume) as sales_volume,
        bool_or(success_at) as success_at,
        bool_or(refused_at) as refused_at,
        bool_or(loss_reason_id) as loss_reason_id,
        bool_or(responsible_user_id) as responsible_user_id,
        bool_or(main_contact_id) as main_contact_id,
        bool_or(is_inside and marker_after = 'success' and not (was_inside and marker_before is not distinct from 'success')) as is_won,
        bool_or(marker_after = 'refusal' and marker_before is distinct from 'refusal') as is_refused,
        bool_or(marker_after = 'return' and marker_before is distinct from 'return') as is_returned,
        bool_or(
            marker_before in ('success', 'refusal', 'return') and has and coalesce(marker_after, 'pause') = 'pause'
        ) as is_reopened,
        bool_or(has and not is_inside and marker_after = 'success' and differs) as is_outside_after_success,
        bool_or(marker_after = 'return' and won_at is null and differs) as is_return_without_success,
        bool_or(marker_after = 'success' and is_inside and is_free and differs) as is_zero_success,
        max(price_after) filter (where marker_after = 'success' and is_inside and is_free and differs) as free_price,
        jsonb_object_agg(
            funnel_id,
            jsonb_strip_nulls(jsonb_build_object(
                'title', coalesce(funnel_title, funnel_id),
                'from', coalesce(title_before, from_container),
                'to', coalesce(title_after, to_container),
                'marker', marker_after,
                'success_at', won_at
            )) || jsonb_build_object('sales', jsonb_build_array(sales_before, sales_after))
        ) filter (where differs) as funnels
    from told
    group by lead_id
),

difference as (
    select
        lead_id,
        bool_or(kind = 'pass') as is_passed_anew,
        bool_or(kind = 'calculated') as is_calculated_anew,
        bool_or(kind = 'utm') as is_visitor_anew
    from stage.amocrm_statuses_difference
    where run_id = %(run_id)s
    group by lead_id
),

numeric_field as (
    select
        field_id,
        name
    from mart.amocrm_custom_field
    where account = %(account)s and entity_type = 'leads' and type in ('numeric', 'monetary', 'price')
),

odd as (
    select
        value.lead_id,
        jsonb_agg(distinct jsonb_build_object('field_id', field.field_id, 'name', field.name)) filter (
            where value.value_num is null
        ) as unread,
        bool_or(value.value_index > 0) as is_several
    from mart.amocrm_lead_custom_field_value as value
    inner join numeric_field as field on value.field_id = field.field_id
    inner join built on value.lead_id = built.lead_id and built.is_kept
    where
        value.account = %(account)s
        and case -- in this order: texts of other fields are not looked at
            when value.value_num is not null and value.value_index = 0 then false
            when value.field_id <> all(array(select numeric_field.field_id from numeric_field)) then false
            when value.value_index > 0 or value.value_json is not null then true
            else btrim(value.value_text, %(blanks)s) <> ''
        end
    group by value.lead_id
),

judged as (
    select
        record.lead_id,
        lead.lead_id is not null as is_known,
        coalesce(not gone.is_old, evented.lead_id is not null) as is_news,
        coalesce(lead.is_deleted, false) as is_deleted,
        coalesce(built.is_kept, false) as is_kept,
        coalesce(built.was_deleted, false) and not coalesce(lead.is_deleted, false) as is_restored,
        built.lead_id is not null as is_built,
        coalesce(lead.changed_run_id = %(run_id)s, false) as is_read_anew,
        evented.lead_id is not null as is_evented,
        path.lead_id is null as is_newly_kept,
        coalesce(stand.had, false) as had,
        coalesce(stand.has, false) as has,
        coalesce(stand.is_moved, false) as is_moved,
        coalesce(stand.differs, false) as differs,
        coalesce(stand.is_inside, false) as is_inside,
        coalesce(stand.was_inside, false) as was_inside,
        stand.funnels,
        coalesce(difference.is_passed_anew, false) as is_passed_anew,
        coalesce(difference.is_calculated_anew, false) as is_calculated_anew,
        coalesce(difference.is_visitor_anew, false) as is_visitor_anew,
        coalesce(stand.is_won, false) as is_won,
        coalesce(stand.is_refused, false) as is_refused,
        coalesce(stand.is_returned, false) as is_returned,
        coalesce(stand.is_reopened, false) as is_reopened,
        coalesce(stand.is_outside_after_success, false) as is_outside_after_success,
        coalesce(stand.is_return_without_success, false) as is_return_without_success,
        coalesce(stand.is_zero_success, false) as is_zero_success,
        odd.unread,
        coalesce(odd.is_several, false) as is_several,
        stand.free_price,
        stand.price as is_price,
        stand.sales_volume as is_sales_volume,
        stand.success_at as is_success_at,
        stand.refused_at as is_refused_at,
        stand.loss_reason_id as is_loss_reason_id,
        stand.responsible_user_id as is_responsible_user_id,
        stand.main_contact_id as is_main_contact_id,
        lead.pipeline_id,
        lead.status_id
    from record
    left join mart.amocrm_lead as lead on lead.account = %(account)s and record.lead_id = lead.lead_id
    left join gone on record.lead_id = gone.lead_id
    left join built on record.lead_id = built.lead_id
    left join evented on record.lead_id = evented.lead_id
    left join mart.amocrm_lead_path as path on path.account = %(account)s and record.lead_id = path.lead_id
    left join stand on record.lead_id = stand.lead_id
    left join difference on record.lead_id = difference.lead_id
    left join odd on record.lead_id = odd.lead_id
),

touched as (
    select
        judged.*,
        is_read_anew or is_evented or differs or is_passed_anew or is_calculated_anew or is_visitor_anew as is_changed,
        -- Settings that moved it are no news of the lead.
        is_read_anew or is_evented or not had or not %(is_new)s as is_of_lead
    from judged
),

decided as (
    select
        touched.*,
        case
            when not is_known and not is_news then 'unchanged'
            when not is_known then 'unknown_deleted'
            when has and not had then 'entered'
            when has and is_moved and is_of_lead then 'moved'
            when had and not has then 'left'
            when (has or is_deleted) and is_changed then 'changed'
            when has or is_deleted then 'unchanged'
            when not is_built then 'unchanged'
            when not is_kept then 'filtered'
            else 'unmapped'
        end as outcome
    from touched
)

select
    %(run_id)s,
    decided.lead_id,
    decided.outcome,
    array_remove(
        array[
            case when outcome = 'entered' and not is_restored then 'AMO_NEW' end,
            case when is_restored and has then 'AMO_RESTORED' end,
            case when outcome = 'moved' then 'AMO_MOVED' end,
            case when outcome = 'changed' and not is_deleted then 'AMO_CHANGED' end,
            case when is_deleted and outcome in ('left', 'changed') then 'AMO_DELETED' end,
            case when outcome = 'left' and not is_deleted and not is_kept then 'AMO_FILTERED' end,
            case
                when outcome in ('left', 'unmapped') and not is_deleted and is_kept then 'AMO_UNMAPPED'
                when has and not is_inside and (was_inside or not had) then 'AMO_UNMAPPED'
            end,
            case when is_won and is_of_lead then 'AMO_WON' end,
            case when is_refused and is_of_lead then 'AMO_REFUSED' end,
            case when is_returned and is_of_lead then 'AMO_RETURNED' end,
            case when is_reopened and is_of_lead then 'AMO_REOPENED' end,
            case when is_outside_after_success then 'AMO_OUTSIDE_AFTER_SUCCESS' end,
            case when is_return_without_success then 'AMO_RETURN_WITHOUT_SUCCESS' end,
            case when is_zero_success then 'AMO_ZERO_SUCCESS' end,
            case when unread is not null and is_changed then 'AMO_UNPARSABLE_NUMBER' end,
            case when is_several and is_changed then 'AMO_SEVERAL_VALUES' end
        ], null
    ),
    case
        when outcome in ('unchanged', 'filtered', 'unknown_deleted') then '{}'::jsonb
        when outcome = 'unmapped' and not (is_newly_kept and %(has_funnels)s) then '{}'::jsonb
        else jsonb_strip_nulls(jsonb_build_object(
            'fields', to_jsonb(array_remove(
                array[
                    case when is_price then 'price' end,
                    case when is_sales_volume then 'sales_volume' end,
                    case when is_success_at then 'success_at' end,
                    case when is_refused_at then 'refused_at' end,
                    case when is_loss_reason_id then 'loss_reason_id' end,
                    case when is_responsible_user_id then 'responsible_user_id' end,
                    case when is_main_contact_id then 'main_contact_id' end,
                    case when is_calculated_anew then 'calculated' end,
                    case when is_visitor_anew then 'utm' end
                ], null
            )),
            'why', case
                when outcome <> 'left' then null
                when is_deleted then 'deleted'
                when not is_kept then 'filtered'
                else 'unmapped'
            end,
            'pipeline', case when not is_inside and not is_deleted then coalesce(pipeline.name, decided.pipeline_id::text) end,
            'status', case when not is_inside and not is_deleted then coalesce(status.name, decided.status_id::text) end,
            'price', case when is_zero_success then free_price end,
            'unread', case when is_changed then unread end
        )) || case when funnels is null then '{}'::jsonb else jsonb_build_object('funnels', funnels) end
    end
from decided
left join mart.amocrm_pipeline as pipeline on pipeline.account = %(account)s and decided.pipeline_id = pipeline.pipeline_id
left join mart.amocrm_status as status
    on status.account = %(account)s and decided.pipeline_id = status.pipeline_id and decided.status_id = status.status_id;
