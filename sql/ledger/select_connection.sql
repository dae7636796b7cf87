-- How the connection to an account stands.
select
    vendor_account,
    host,
    state,
    reason,
    changed_at,
    run_id
from ops.connection
where target = %(target)s and account = %(account)s;
