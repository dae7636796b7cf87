-- One row a client with staged orders: the date of the last deal moves forward, never into the future.
with latest as (
    select
        client_id,
        max(ordered_at) as last_deal_at
    from stage.calltouch_orders_order
    where run_id = %(run_id)s and client_id is not null and ordered_at <= now()
    group by client_id
)

insert into mart.client_stats as kept (client_id, last_deal_at)
select
    client_id,
    last_deal_at
from latest
on conflict (client_id) do update
    set last_deal_at = excluded.last_deal_at
    where kept.last_deal_at is null or kept.last_deal_at < excluded.last_deal_at;
