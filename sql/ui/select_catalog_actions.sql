-- One row a write to the CRM that a plan holds, of those asked for, in the order they are sent.
select
    run_id,
    account,
    seq,
    kind,
    key,
    before,
    after,
    state,
    attempts,
    http_status,
    response,
    error,
    sent_at,
    done_at
from ops.action
where run_id = %(run)s and seq = any(%(seqs)s::integer[])
order by seq;
