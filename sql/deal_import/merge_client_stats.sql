-- The client's last deal date moves to the latest that the run brings; never back.
insert into mart.client_stats as kept (client_id, last_deal_at)
select
    client_id,
    max(last_deal_at)
from stage.deal_import_decision
where run_id = %(run_id)s and last_deal_at is not null
group by client_id
on conflict (
    client_id) do update set last_deal_at = excluded.last_deal_at
where kept.last_deal_at is null or kept.last_deal_at < excluded.last_deal_at;
