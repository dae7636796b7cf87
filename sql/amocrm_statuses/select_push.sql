-- One row a lead and funnel that may be passed on: it stands in a container now, and was never posted, or was refused, or is to be posted
-- again if it changed, or a person named it. What is being sent is left alone.
with standing as (
    select
        state.lead_id,
        state.funnel_id,
        state.container_id,
        state.loss_reason_id,
        state.main_contact_id,
        push.state as push_state,
        push.payload_hash,
        push.outer_id,
        coalesce(state.lead_id = any(%(resend)s::bigint[]), false) as is_named
    from mart.amocrm_lead_funnel_state as state
    left join mart.amocrm_sdh_push as push
        on state.account = push.account and state.lead_id = push.lead_id and state.funnel_id = push.funnel_id
    where
        state.account = %(account)s
        and not state.is_outside
        and state.funnel_id = any(%(funnels)s::text[])
        and (%(created_from)s::timestamptz is null or state.created_at >= %(created_from)s)
        and (
            push.state is null
            or push.state in ('new', 'failed', 'skipped')
            or (push.state = 'sent' and %(repost)s)
            or state.lead_id = any(%(resend)s::bigint[])
        )
),

-- Read once: what this very plan adds meanwhile is not to be walked over again for each lead.
made as materialized (
    select action.key
    from ops.action
    where
        action.pipeline = %(pipeline)s
        and action.target = 'smart_data_hub'
        and action.kind = 'create_lead'
        and action.state in ('planned', 'sending', 'uncertain')
),

field as (
    select
        value.lead_id,
        value.field_id,
        jsonb_agg(jsonb_strip_nulls(jsonb_build_object(
            'text', value.value_text, 'num', value.value_num::text, 'ts', extract(epoch from value.value_ts)::bigint,
            'bool', value.value_bool, 'enum', value.enum_id, 'json', value.value_json
        )) order by value.value_index) as held
    from mart.amocrm_lead_custom_field_value as value
    where
        value.account = %(account)s
        and value.field_id = any(%(fields)s::bigint[])
        and value.lead_id in (select standing.lead_id from standing)
    group by value.lead_id, value.field_id
),

fields as (
    select
        lead_id,
        jsonb_object_agg(field_id, held) as held
    from field
    group by lead_id
)

select
    account.account_id,
    account.host,
    standing.lead_id,
    standing.funnel_id,
    standing.container_id,
    lead.name,
    lead.price,
    lead.responsible_user_id,
    reason.name as rejection_reason,
    lead.created_at,
    lead.updated_at,
    to_jsonb(utm) as utm,
    fields.held as fields,
    contact.phones[1] as phone,
    contact.emails[1] as email,
    standing.push_state,
    standing.payload_hash,
    standing.outer_id,
    exists(
        select from mart.amocrm_sdh_push as other
        where
            other.account = %(account)s
            and other.lead_id = standing.lead_id
            and other.outer_id = account.account_id || '-' || standing.lead_id
    ) as is_plain_taken,
    standing.is_named
from standing
inner join mart.amocrm_account as account on account.account = %(account)s
inner join mart.amocrm_lead as lead on lead.account = %(account)s and standing.lead_id = lead.lead_id and not lead.is_deleted
left join mart.amocrm_loss_reason as reason
    on reason.account = %(account)s and standing.loss_reason_id = reason.loss_reason_id
left join mart.amocrm_lead_utm as utm on utm.account = %(account)s and standing.lead_id = utm.lead_id
left join mart.amocrm_contact as contact
    on %(personal_data)s and contact.account = %(account)s and standing.main_contact_id = contact.contact_id
left join fields on standing.lead_id = fields.lead_id
where
    not exists (
        select from made
        where made.key = 'lead:' || account.account_id || '-' || standing.lead_id || ':' || standing.funnel_id
    )
order by standing.lead_id, array_position(%(funnels)s::text[], standing.funnel_id);
