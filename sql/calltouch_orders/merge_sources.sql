-- One row a deal that was asked about: found, or still waited for.
insert into mart.calltouch_lead_source as kept (
    site_id, order_ref, state, source, medium, campaign, keyword, raw, checked_at, found_at
)
select
    %(site_id)s,
    order_ref,
    case when raw is null then 'waiting' else 'found' end,
    source,
    medium,
    campaign,
    keyword,
    raw,
    now(),
    case when raw is not null then now() end
from stage.calltouch_orders_source
where run_id = %(run_id)s
on conflict (site_id, order_ref) do update
    set
        state = excluded.state,
        source = excluded.source,
        medium = excluded.medium,
        campaign = excluded.campaign,
        keyword = excluded.keyword,
        raw = excluded.raw,
        checked_at = excluded.checked_at,
        found_at = excluded.found_at
    where kept.state = 'waiting';
