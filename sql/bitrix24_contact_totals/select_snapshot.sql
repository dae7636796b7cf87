-- What the last whole reading of another run came to.
select
    run_id,
    read_at,
    deals,
    amount_minor,
    currency,
    decimals,
    funnels,
    policy
from mart.bitrix24_snapshot
where account = %(account)s and run_id <> %(run_id)s
order by run_id desc
limit 1;
