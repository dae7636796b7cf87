-- What this reading came to.
insert into mart.bitrix24_snapshot (
    account, run_id, read_at, requests, deals, amount_minor, unattributed_minor, currency, decimals, funnels, policy
)
select
    %(account)s,
    %(run_id)s,
    scan.began_at,
    scan.requests,
    %(deals)s,
    %(minor)s,
    %(unattributed_minor)s,
    %(target)s,
    %(decimals)s,
    %(by_funnel)s,
    %(policies)s
from stage.scan
where scan.run_id = %(run_id)s and scan.name like 'deals%%' and scan.finished_at is not null
on conflict (account, run_id) do update
    set
        read_at = excluded.read_at,
        requests = excluded.requests,
        deals = excluded.deals,
        amount_minor = excluded.amount_minor,
        unattributed_minor = excluded.unattributed_minor,
        currency = excluded.currency,
        decimals = excluded.decimals,
        funnels = excluded.funnels,
        policy = excluded.policy;
