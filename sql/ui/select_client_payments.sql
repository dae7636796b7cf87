-- One row a payment of the client, the latest first, one page of them; of a single deal when it is asked for.
-- Names the run that imported it and the one that changed it last.
select
    source,
    record_id,
    deal_id,
    amount,
    currency,
    raw_status,
    status_pending,
    paid_at,
    bound_by,
    first_run_id,
    last_run_id
from mart.payment
where
    client_id = %(client)s
    and (%(deal)s::bigint is null or deal_id = %(deal)s)
order by paid_at desc, source asc, record_id asc
limit %(page_size)s offset %(skip)s;
