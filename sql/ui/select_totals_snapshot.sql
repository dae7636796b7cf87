-- One row: what the last whole reading of a portal's won deals came to. None before the first.
select
    run_id,
    read_at,
    deals,
    mart.from_minor(amount_minor, decimals) as amount,
    mart.from_minor(unattributed_minor, decimals) as unattributed,
    currency,
    decimals
from mart.bitrix24_snapshot
where account = %(account)s
order by read_at desc, run_id desc
limit 1;
