-- Where the leads that are built came from: what differs is put right, and whose it is noted.
with kept as (
    select kept.*
    from mart.amocrm_lead_utm as kept
    inner join stage.amocrm_statuses_affected as built on built.run_id = %(run_id)s and kept.lead_id = built.lead_id
    where kept.account = %(account)s
),

staged as (
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
),

differing as materialized (
    select
        coalesce(staged.lead_id, kept.lead_id) as lead_id,
        kept.lead_id is null as is_new,
        staged.lead_id is null as is_gone,
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
    from kept
    full join staged on kept.lead_id = staged.lead_id
    where
        (
            kept.lead_id, kept.utm_source, kept.utm_medium, kept.utm_campaign, kept.utm_content, kept.utm_term, kept.utm_referrer,
            kept.metrika_cid, kept.google_cid, kept.smart_visitor_id, kept.gclid, kept.yclid, kept.fbclid,
            kept.roistat, kept.referrer, kept.provenance
        ) is distinct from (
            staged.lead_id, staged.utm_source, staged.utm_medium, staged.utm_campaign, staged.utm_content, staged.utm_term,
            staged.utm_referrer, staged.metrika_cid, staged.google_cid, staged.smart_visitor_id, staged.gclid,
            staged.yclid, staged.fbclid, staged.roistat, staged.referrer, staged.provenance
        )
),

gone as (
    delete from mart.amocrm_lead_utm as stale
    using differing
    where
        stale.account = %(account)s
        and stale.lead_id = differing.lead_id
        and differing.is_gone
),

changed as (
    update mart.amocrm_lead_utm as stale
    set
        utm_source = differing.utm_source,
        utm_medium = differing.utm_medium,
        utm_campaign = differing.utm_campaign,
        utm_content = differing.utm_content,
        utm_term = differing.utm_term,
        utm_referrer = differing.utm_referrer,
        metrika_cid = differing.metrika_cid,
        google_cid = differing.google_cid,
        smart_visitor_id = differing.smart_visitor_id,
        gclid = differing.gclid,
        yclid = differing.yclid,
        fbclid = differing.fbclid,
        roistat = differing.roistat,
        referrer = differing.referrer,
        provenance = differing.provenance
    from differing
    where
        stale.account = %(account)s
        and stale.lead_id = differing.lead_id
        and not differing.is_new
        and not differing.is_gone
),

come as (
    insert into mart.amocrm_lead_utm (
        account, lead_id, utm_source, utm_medium, utm_campaign, utm_content, utm_term, utm_referrer, metrika_cid,
        google_cid, smart_visitor_id, gclid, yclid, fbclid, roistat, referrer, provenance
    )
    select
        %(account)s,
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
    from differing
    where is_new
    order by lead_id
),

noted as (
    insert into stage.amocrm_statuses_difference (run_id, lead_id, kind)
    select distinct
        %(run_id)s::bigint,
        lead_id,
        'utm'
    from differing
)

select count(*) as rows
from differing;
