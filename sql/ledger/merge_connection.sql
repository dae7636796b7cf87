-- How the connection to an account stands now: the moment is that of a change of state. What is not told stays.
insert into ops.connection as kept (target, account, vendor_account, host, state, reason, changed_at, run_id)
values (
    %(target)s, %(account)s, %(vendor_account)s, %(host)s, %(state)s, %(reason)s, clock_timestamp(), %(run_id)s
)
on conflict (target, account) do update
    set
        vendor_account = coalesce(excluded.vendor_account, kept.vendor_account),
        host = coalesce(excluded.host, kept.host),
        state = excluded.state,
        reason = excluded.reason,
        changed_at = case when kept.state = excluded.state then kept.changed_at else excluded.changed_at end,
        run_id = excluded.run_id
    where
    (kept.state, kept.reason) is distinct from (excluded.state, excluded.reason)
    or coalesce(excluded.vendor_account, kept.vendor_account) is distinct from kept.vendor_account
    or coalesce(excluded.host, kept.host) is distinct from kept.host;
