-- One row a run of those asked about: what it did beside reading, as the beginning of its log, its end and the builds keep it.
-- A run that succeeds without having published was an operation with the connection: the one that logs nothing is connecting.
with asked as (
    select
        run.run_id,
        run.source,
        run.state = 'success' and run.counters = '{}' as was_operation
    from ops.run as run
    where run.run_id = any(%(runs)s::bigint[])
),

told as (
    select
        asked.run_id,
        asked.was_operation,
        coalesce(logged.codes, '{}') as codes,
        build.run_id is not null as has_built
    from asked
    left join mart.amocrm_config_build as build on asked.source = build.account and asked.run_id = build.run_id
    left join lateral (
        select array_agg(one.code) as codes
        from (
            select head.codes
            from ops.run_log as head
            where head.run_id = asked.run_id
            order by head.seq
            limit 50
        ) as begun
        cross join unnest(begun.codes) as one (code)
    ) as logged on true
)

select
    run_id,
    array_remove(array[
        case
            when
                'AMO_CONNECTED' = any(codes)
                or (was_operation and not codes && array['AMO_DISCONNECTED', 'AMO_RESET', 'AMO_STARTER'])
                then 'connect'
        end,
        case when was_operation and 'AMO_DISCONNECTED' = any(codes) then 'disconnect' end,
        case when 'AMO_RESET' = any(codes) then 'reset' end,
        case when 'AMO_STARTER' = any(codes) then 'starter' end,
        case when 'SDH_STATUSES' = any(codes) then 'push_statuses' end,
        case when has_built or 'AMO_FULL_BUILD' = any(codes) then 'build' end
    ], null) as deeds
from told;
