-- One row an affected lead and trace of where it came from: of the system's fields first, then of the fields chosen for it in the
-- settings; a blank is no value. Of several the first of the field with the smallest number counts.
with source as (
    select
        field.field_id,
        told.name,
        1 as rank,
        'system' as provenance
    from mart.amocrm_custom_field as field
    inner join unnest(%(system_codes)s::text[], %(system_names)s::text[]) as told (code, name) on upper(field.code) = told.code
    where field.account = %(account)s and field.entity_type = 'leads' and field.type = 'tracking_data'
    union all
    select
        slot.field_id,
        slot.name,
        2,
        'slot'
    from unnest(%(slot_fields)s::bigint[], %(slot_names)s::text[]) as slot (field_id, name)
),

held as (
    select
        value.lead_id,
        value.field_id,
        value.value_index,
        source.name,
        source.rank,
        source.provenance,
        btrim(case
            when source.name = 'google_cid' and value.value_text ~ '^\s*GA1\.[0-9]\.' then substr(btrim(value.value_text, %(blanks)s), 7)
            else value.value_text
        end, %(blanks)s) as value
    from stage.amocrm_statuses_affected as lead
    inner join mart.amocrm_lead_custom_field_value as value on value.account = %(account)s and lead.lead_id = value.lead_id
    inner join source on value.field_id = source.field_id
    where lead.run_id = %(run_id)s and lead.is_kept
)

insert into stage.amocrm_statuses_utm (run_id, lead_id, name, value, provenance)
select distinct on (lead_id, name)
    %(run_id)s,
    lead_id,
    name,
    value,
    provenance
from held
where value <> ''
order by lead_id, name, rank, field_id, value_index;
