-- One row: how the connection to an account stands, what the account calls itself, and what its marts were built with last.
select
    %(account)s::text as account,
    stood.state,
    stood.reason,
    stood.changed_at,
    stood.run_id,
    coalesce(known.host, stood.host) as host,
    coalesce(known.account_id::text, stood.vendor_account) as account_id,
    known.name,
    known.currency,
    known.timezone,
    known.is_filter_enabled,
    built.built_at,
    built.run_id as built_run_id,
    built.history_from,
    built.timezone as built_timezone,
    coalesce(built.settings -> 'policies' ->> 'backfill', 'previous') as backfill,
    coalesce(built.settings -> 'policies' ->> 'price_basis', 'current') as price_basis
from (values (1)) as one (row)
left join ops.connection as stood on stood.target = 'amocrm' and stood.account = %(account)s
left join mart.amocrm_account as known on known.account = %(account)s
left join lateral (
    select
        build.built_at,
        build.run_id,
        build.history_from,
        build.timezone,
        build.settings
    from mart.amocrm_config_build as build
    where build.account = %(account)s
    order by build.run_id desc
    limit 1
) as built on true;
