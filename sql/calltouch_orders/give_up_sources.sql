-- Deals whose source was looked for long enough. Those that were never asked about count too, unless that is long ago.
with ended as (
    select
        known.site_id,
        known.order_ref
    from mart.calltouch_lead_source as known
    inner join mart.calltouch_deal as deal using (site_id, order_ref)
    where
        known.site_id = %(site_id)s
        and known.state = 'waiting'
        and deal.state in ('created', 'shipped')
        and deal.first_sent_at < now() - make_interval(hours => %(wait_hours)s)
    union all
    select
        deal.site_id,
        deal.order_ref
    from mart.calltouch_deal as deal
    where
        deal.site_id = %(site_id)s
        and deal.state in ('created', 'shipped')
        and deal.first_sent_at < now() - make_interval(hours => %(wait_hours)s)
        and deal.first_sent_at >= now() - make_interval(days => 30, hours => %(wait_hours)s)
        and not exists (
            select 1 from mart.calltouch_lead_source as known
            where known.site_id = deal.site_id and known.order_ref = deal.order_ref
        )
)

insert into mart.calltouch_lead_source as kept (site_id, order_ref, state, checked_at)
select
    site_id,
    order_ref,
    'no_source',
    now()
from ended
on conflict (site_id, order_ref) do update
    set state = excluded.state
    where kept.state = 'waiting'
returning order_ref;
