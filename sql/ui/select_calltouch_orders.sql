-- One row an order of 1C, the latest first, below the one that the previous page ended with; only those that pass the
-- filters. A number is looked for at the end of the document's, so that its padding need not be typed.
select
    document.order_ref,
    document.kind,
    document.number,
    document.title,
    document.ordered_at,
    document.posted,
    document.deleted,
    document.organisation,
    document.contractor,
    document.total,
    document.currency,
    cardinality(document.phones) + cardinality(document.emails) > 0 as has_contacts,
    document.client_id,
    client.name as client_name
from mart.erp_order as document
left join mart.client as client on document.client_id = client.client_id
where
    (%(ref)s::uuid is null or document.order_ref = %(ref)s)
    and (%(number)s::text is null or right(upper(document.number), length(%(number)s::text)) = upper(%(number)s::text))
    and (%(kind)s::text is null or document.kind = %(kind)s)
    and (%(year)s::integer is null or extract(year from document.ordered_at at time zone %(zone)s) = %(year)s)
    and (
        coalesce(%(account)s::text, %(state)s::text, %(source)s::text) is null
        or (coalesce(%(state)s::text, '') = 'none') <> exists (
            select 1
            from mart.calltouch_deal as deal
            left join mart.calltouch_lead_source as lead on deal.site_id = lead.site_id and deal.order_ref = lead.order_ref
            where
                deal.order_ref = document.order_ref
                and (%(account)s::text is null or deal.account = %(account)s)
                and (coalesce(%(state)s::text, 'none') = 'none' or deal.state = %(state)s)
                and case coalesce(%(source)s::text, '')
                    when '' then true
                    when 'waiting' then coalesce(lead.state, 'waiting') = 'waiting' and deal.state in ('created', 'shipped')
                    when 'written' then lead.written_back_at is not null
                    when 'kept' then lead.kept_value is not null
                    when 'refused' then lead.last_error is not null
                    else lead.state = %(source)s
                end
        )
    )
    and (
        %(before)s::uuid is null
        or (document.ordered_at, document.order_ref) < (
            select
                last_shown.ordered_at,
                last_shown.order_ref
            from mart.erp_order as last_shown
            where last_shown.order_ref = %(before)s
        )
    )
order by document.ordered_at desc, document.order_ref desc
limit %(page_size)s;
