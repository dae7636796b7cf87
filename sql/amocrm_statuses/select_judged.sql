-- One row an affected live lead, with what rules and formulas look at: its values of the fields named, its tags, where it came from.
-- Numbers are spelled as texts, since no digit of them may change; moments are Unix seconds.
with field as (
    select
        value.lead_id,
        value.field_id,
        jsonb_agg(jsonb_strip_nulls(jsonb_build_object(
            'text', value.value_text, 'num', value.value_num::text, 'ts', extract(epoch from value.value_ts)::bigint,
            'bool', value.value_bool, 'enum', value.enum_id, 'json', value.value_json
        )) order by value.value_index) as held
    from stage.amocrm_statuses_affected as lead
    inner join mart.amocrm_lead_custom_field_value as value on value.account = %(account)s and lead.lead_id = value.lead_id
    where lead.run_id = %(run_id)s and lead.is_kept and value.field_id = any(%(fields)s::bigint[])
    group by value.lead_id, value.field_id
),

fields as (
    select
        lead_id,
        jsonb_object_agg(field_id, held) as held
    from field
    group by lead_id
),

tags as (
    select
        tag.lead_id,
        array_agg(tag.name order by tag.tag_id) as names
    from stage.amocrm_statuses_affected as lead
    inner join mart.amocrm_lead_tag as tag on tag.account = %(account)s and lead.lead_id = tag.lead_id
    where lead.run_id = %(run_id)s and lead.is_kept and %(with_tags)s
    group by tag.lead_id
),

utm as (
    select
        lead_id,
        jsonb_object_agg(name, value) as held
    from stage.amocrm_statuses_utm
    where run_id = %(run_id)s and %(with_utm)s
    group by lead_id
)

select
    lead.lead_id,
    lead.pipeline_id,
    lead.status_id,
    lead.responsible_user_id,
    lead.price,
    lead.created_at,
    tags.names as tags,
    utm.held as utm,
    fields.held as fields
from stage.amocrm_statuses_affected as affected
inner join mart.amocrm_lead as lead on lead.account = %(account)s and affected.lead_id = lead.lead_id
left join fields on lead.lead_id = fields.lead_id
left join tags on lead.lead_id = tags.lead_id
left join utm on lead.lead_id = utm.lead_id
where affected.run_id = %(run_id)s and affected.is_kept;
