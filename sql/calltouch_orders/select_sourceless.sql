-- One row a deal whose lead's source is still looked for, in the order of the orders: those never asked about, once an hour all.
-- Those that a person has named, whenever.
select
    deal.order_ref,
    deal.ordered_at,
    deal.first_sent_at
from mart.calltouch_deal as deal
left join mart.calltouch_lead_source as known using (site_id, order_ref)
where
    deal.site_id = %(site_id)s
    and deal.state in ('created', 'shipped')
    and coalesce(known.state, 'waiting') = 'waiting'
    and (
        deal.order_ref = any(%(order_refs)s::uuid[])
        or (
            %(order_refs)s::uuid[] is null
            and deal.first_sent_at >= now() - make_interval(hours => %(wait_hours)s)
            and (%(again)s or known.checked_at is null)
        )
    )
order by deal.ordered_at, deal.order_ref;
