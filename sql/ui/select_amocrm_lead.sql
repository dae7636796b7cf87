-- One row: a lead as read last, names put to its numbers, where it came from, and its main contact's client.
select
    lead.lead_id,
    lead.name,
    lead.price,
    lead.created_at,
    lead.updated_at,
    lead.closed_at,
    lead.source_name,
    lead.is_deleted,
    lead.deleted_at,
    lead.deleted_reason,
    lead.first_run_id,
    lead.changed_run_id,
    place.pipeline_id,
    place.status_id,
    coalesce(pipeline.name, '№ ' || place.pipeline_id) as pipeline,
    coalesce(status.name, '№ ' || place.status_id) as status,
    coalesce(manager.name, '№ ' || lead.responsible_user_id) as manager,
    lead.main_contact_id,
    contact.name as contact_name,
    link.client_id,
    to_jsonb(utm) - '{account,lead_id,provenance}'::text[] as utm,
    utm.provenance,
    tagged.tags
from mart.amocrm_lead as lead
inner join mart.v_amocrm_lead_now as place on lead.account = place.account and lead.lead_id = place.lead_id
left join mart.amocrm_pipeline as pipeline on lead.account = pipeline.account and place.pipeline_id = pipeline.pipeline_id
left join mart.amocrm_status as status
    on lead.account = status.account and place.pipeline_id = status.pipeline_id and place.status_id = status.status_id
left join mart.amocrm_user as manager on lead.account = manager.account and lead.responsible_user_id = manager.user_id
left join mart.amocrm_contact as contact on lead.account = contact.account and lead.main_contact_id = contact.contact_id
left join mart.client_link as link on lead.account = link.system and lead.main_contact_id::text = link.external_id
left join mart.amocrm_lead_utm as utm on lead.account = utm.account and lead.lead_id = utm.lead_id
left join lateral (
    select coalesce(array_agg(tag.name order by tag.name), '{}') as tags
    from mart.amocrm_lead_tag as tag
    where tag.account = lead.account and tag.lead_id = lead.lead_id
) as tagged on true
where lead.account = %(account)s and lead.lead_id = %(lead)s;
