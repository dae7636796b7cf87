-- The last 400 are kept.
delete from mart.bitrix24_snapshot
where
    account = %(account)s
    and run_id < (
        select newest.run_id
        from mart.bitrix24_snapshot as newest
        where newest.account = %(account)s
        order by newest.run_id desc
        limit 1 offset 399
    );
