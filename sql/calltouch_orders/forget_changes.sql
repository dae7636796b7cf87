-- Changes that every account has either looked at, or will by comparing everything. Several accounts may be at it at once.
delete from ops.order_change
where
    ctid = any(array(
        select old.ctid from ops.order_change as old
        where old.changed_at < now() - interval '7 days'
        for update skip locked
    ));
