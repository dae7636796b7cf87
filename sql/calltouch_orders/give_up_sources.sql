-- Deals whose source was looked for long enough. Those that were never asked about count too.
insert into mart.calltouch_lead_source as kept (site_id, order_ref, state, checked_at)
select
    deal.site_id,
    deal.order_ref,
    'no_source',
    now()
from mart.calltouch_deal as deal
left join mart.calltouch_lead_source as known using (site_id, order_ref)
where
    deal.site_id = %(site_id)s
    and deal.state in ('created', 'shipped')
    and coalesce(known.state, 'waiting') = 'waiting'
    and deal.first_sent_at < now() - make_interval(hours => %(wait_hours)s)
on conflict (site_id, order_ref) do update
    set state = excluded.state
    where kept.state = 'waiting'
returning order_ref;
