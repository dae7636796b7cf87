-- An earlier plan of the run goes, and those of all but the last two weeks of nightly runs of the shop.
delete from mart.catalog_difference
where
    run_id = %(run_id)s
    or run_id < (
        select min(latest.run_id)
        from (
            select run_id
            from ops.run
            where pipeline = %(pipeline)s and source = %(source)s
            order by started_at desc, run_id desc
            limit 14
        ) as latest
    );
