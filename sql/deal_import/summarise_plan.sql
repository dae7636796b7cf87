-- What the plan comes to besides the counters: entities made, deals found by which rule, how often each code.
select
    (
        select count(*) from stage.deal_import_decision
        where run_id = %(run_id)s and applies and client_created
    ) as clients_created,
    (
        select count(*) from stage.deal_import_decision
        where run_id = %(run_id)s and applies and deal_created
    ) as deals_created,
    (
        select coalesce(jsonb_object_agg(by_rule.bound_by, by_rule.records), '{}')
        from (
            select
                bound_by,
                count(*) as records
            from stage.deal_import_decision
            where run_id = %(run_id)s and applies
            group by bound_by
        ) as by_rule
    ) as bound_by;
