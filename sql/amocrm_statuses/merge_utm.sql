-- One row a lead that came from somewhere; those that are there already are as they should be.
with staged as (
    select
        utm.lead_id,
        max(utm.value) filter (where utm.name = 'utm_source') as utm_source,
        max(utm.value) filter (where utm.name = 'utm_medium') as utm_medium,
        max(utm.value) filter (where utm.name = 'utm_campaign') as utm_campaign,
        max(utm.value) filter (where utm.name = 'utm_content') as utm_content,
        max(utm.value) filter (where utm.name = 'utm_term') as utm_term,
        max(utm.value) filter (where utm.name = 'utm_referrer') as utm_referrer,
        max(utm.value) filter (where utm.name = 'metrika_cid') as metrika_cid,
        max(utm.value) filter (where utm.name = 'google_cid') as google_cid,
        max(utm.value) filter (where utm.name = 'smart_visitor_id') as smart_visitor_id,
        max(utm.value) filter (where utm.name = 'gclid') as gclid,
        max(utm.value) filter (where utm.name = 'yclid') as yclid,
        max(utm.value) filter (where utm.name = 'fbclid') as fbclid,
        max(utm.value) filter (where utm.name = 'roistat') as roistat,
        max(utm.value) filter (where utm.name = 'referrer') as referrer,
        jsonb_object_agg(utm.name, utm.provenance) as provenance
    from stage.amocrm_statuses_utm as utm
    inner join stage.amocrm_statuses_affected as lead on lead.run_id = %(run_id)s and utm.lead_id = lead.lead_id and lead.is_kept
    where utm.run_id = %(run_id)s
    group by utm.lead_id
)

insert into mart.amocrm_lead_utm (
    account,
    lead_id,
    utm_source,
    utm_medium,
    utm_campaign,
    utm_content,
    utm_term,
    utm_referrer,
    metrika_cid,
    google_cid,
    smart_visitor_id,
    gclid,
    yclid,
    fbclid,
    roistat,
    referrer,
    provenance
)
select
    %(account)s,
    staged.lead_id,
    staged.utm_source,
    staged.utm_medium,
    staged.utm_campaign,
    staged.utm_content,
    staged.utm_term,
    staged.utm_referrer,
    staged.metrika_cid,
    staged.google_cid,
    staged.smart_visitor_id,
    staged.gclid,
    staged.yclid,
    staged.fbclid,
    staged.roistat,
    staged.referrer,
    staged.provenance
from staged
where
    not exists (
        select from mart.amocrm_lead_utm as kept
        where kept.account = %(account)s and kept.lead_id = staged.lead_id
    )
order by staged.lead_id;
