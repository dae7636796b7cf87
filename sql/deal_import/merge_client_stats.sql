-- The client's last deal date moves to the latest that the run brings; never back. Clients are gone through in their order, which
-- is that of the table and of its index.
with latest as materialized (
    select
        client_id,
        max(last_deal_at) as last_deal_at
    from stage.deal_import_decision
    where run_id = %(run_id)s and last_deal_at is not null
    group by client_id
    order by client_id
),

moved as (
    update mart.client_stats as kept set last_deal_at = latest.last_deal_at
    from latest
    where
        kept.client_id = latest.client_id
        and (kept.last_deal_at is null or kept.last_deal_at < latest.last_deal_at)
)

insert into mart.client_stats (client_id, last_deal_at)
select
    latest.client_id,
    latest.last_deal_at
from latest
where
    not exists (
        select 1 from mart.client_stats
        where client_stats.client_id = latest.client_id
    )
order by latest.client_id;
