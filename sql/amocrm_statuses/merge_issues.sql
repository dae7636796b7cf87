-- One row a thing that deserves a look, as it stands now; one that is put right goes, one that lasts keeps the moment it was first seen.
with place as (
    select
        lead_id,
        split_part(status, ':', 1)::bigint as pipeline_id,
        split_part(status, ':', 2)::bigint as status_id
    from mart.amocrm_lead_path
    where account = %(account)s
),

standing as (
    select
        place.lead_id,
        place.pipeline_id,
        place.status_id,
        mapped.container_id
    from place
    left join mart.amocrm_container_status as mapped
        on mapped.account = %(account)s and place.pipeline_id = mapped.pipeline_id and place.status_id = mapped.status_id
),

listed as (
    select
        status.pipeline_id,
        status.status_id
    from mart.amocrm_status as status
    inner join mart.amocrm_pipeline as pipeline
        on
            pipeline.account = %(account)s and status.pipeline_id = pipeline.pipeline_id
            and not pipeline.is_archive and not pipeline.is_gone
    left join mart.amocrm_container_status as mapped
        on
            mapped.account = %(account)s
            and status.pipeline_id = mapped.pipeline_id
            and status.status_id = mapped.status_id
    where status.account = %(account)s and not status.is_gone and mapped.container_id is null
),

state as (
    select
        lead_id,
        funnel_id,
        marker,
        is_outside,
        price,
        success_at,
        history_complete
    from mart.amocrm_lead_funnel_state
    where account = %(account)s
),

numeric_field as (
    select field_id
    from mart.amocrm_custom_field
    where account = %(account)s and entity_type = 'leads' and type in ('numeric', 'monetary', 'price')
),

odd_value as (
    select
        value.lead_id,
        bool_or(
            value.value_num is null
            and (value.value_json is not null or btrim(value.value_text, %(blanks)s) <> '')
        ) is true as is_unparsable,
        bool_or(value.value_index > 0) as is_several
    from mart.amocrm_lead_custom_field_value as value
    inner join numeric_field on value.field_id = numeric_field.field_id
    inner join mart.amocrm_lead_path as path on path.account = %(account)s and value.lead_id = path.lead_id
    where value.account = %(account)s and (value.value_num is null or value.value_index > 0)
    group by value.lead_id
),

seen as (
    select
        'unmapped_status' as kind,
        coalesce(standing.pipeline_id, listed.pipeline_id) as pipeline_id,
        coalesce(standing.status_id, listed.status_id) as status_id,
        '' as funnel_id,
        standing.lead_id
    from listed
    full join standing on listed.pipeline_id = standing.pipeline_id and listed.status_id = standing.status_id
    where standing.container_id is null and %(has_funnels)s
    union all
    select
        'unmapped_lead',
        0,
        0,
        '',
        standing.lead_id
    from standing
    left join state on standing.lead_id = state.lead_id
    where state.lead_id is null and %(has_funnels)s
    union all
    select
        'gone_status',
        mapped.pipeline_id,
        mapped.status_id,
        mapped.funnel_id,
        standing.lead_id
    from mart.amocrm_container_status as mapped
    left join mart.amocrm_status as status
        on
            mapped.account = status.account
            and mapped.pipeline_id = status.pipeline_id
            and mapped.status_id = status.status_id
            and not status.is_gone
    left join standing on mapped.pipeline_id = standing.pipeline_id and mapped.status_id = standing.status_id
    where mapped.account = %(account)s and status.status_id is null
    union all
    select
        'outside_after_success',
        0,
        0,
        funnel_id,
        lead_id
    from state
    where is_outside and marker = 'success'
    union all
    select
        'return_without_success',
        0,
        0,
        funnel_id,
        lead_id
    from state
    where marker = 'return' and success_at is null
    union all
    select
        'zero_success',
        0,
        0,
        funnel_id,
        lead_id
    from state
    where marker = 'success' and not is_outside and coalesce(price, 0) = 0
    union all
    select
        'history_incomplete',
        0,
        0,
        funnel_id,
        lead_id
    from state
    where not history_complete and %(history_from)s::timestamptz is not null
    union all
    select
        'unparsable_number',
        0,
        0,
        '',
        lead_id
    from odd_value
    where is_unparsable
    union all
    select
        'several_values',
        0,
        0,
        '',
        lead_id
    from odd_value
    where is_several
    union all
    select distinct
        problem,
        0,
        0,
        '',
        lead_id
    from mart.amocrm_lead_calculated_value
    where account = %(account)s and problem in ('division_by_zero', 'too_large')
),

told as (
    select
        kind,
        pipeline_id,
        status_id,
        funnel_id,
        count(lead_id) as leads,
        coalesce((array_agg(lead_id order by lead_id) filter (where lead_id is not null))[1:20], '{}') as lead_ids
    from seen
    group by kind, pipeline_id, status_id, funnel_id
),

gone as (
    delete from mart.amocrm_mapping_issue as kept
    where
        kept.account = %(account)s
        and not exists (
            select from told
            where
                told.kind = kept.kind
                and told.pipeline_id = kept.pipeline_id
                and told.status_id = kept.status_id
                and told.funnel_id = kept.funnel_id
        )
)

insert into mart.amocrm_mapping_issue as kept (
    account, kind, pipeline_id, status_id, funnel_id, leads, lead_ids, first_seen_at, first_run_id
)
select
    %(account)s,
    told.kind,
    told.pipeline_id,
    told.status_id,
    told.funnel_id,
    told.leads,
    told.lead_ids,
    %(now)s,
    %(run_id)s
from told
left join mart.amocrm_mapping_issue as known
    on
        known.account = %(account)s
        and told.kind = known.kind
        and told.pipeline_id = known.pipeline_id
        and told.status_id = known.status_id
        and told.funnel_id = known.funnel_id
where (told.leads, told.lead_ids) is distinct from (known.leads, known.lead_ids)
on conflict (account, kind, pipeline_id, status_id, funnel_id) do update
    set leads = excluded.leads, lead_ids = excluded.lead_ids;
