-- One row an account that has data, or that a run has been about; those with data first, then the one published last, then
-- the one that ran last. Hops over the index from name to name.
with recursive ran as (
    (
        select source
        from ops.run
        where pipeline = %(pipeline)s and source is not null
        order by source
        limit 1
    )
    union all
    select (
        select run.source
        from ops.run as run
        where run.pipeline = %(pipeline)s and run.source > ran.source
        order by run.source
        limit 1
    )
    from ran
    where ran.source is not null
),

named as (
    select source as account
    from ran
    where source is not null
    union
    select account
    from mart.amocrm_account
)

select
    named.account,
    known.account is not null as has_data
from named
left join mart.amocrm_account as known on named.account = known.account
left join lateral (
    select run.started_at
    from ops.run as run
    where run.pipeline = %(pipeline)s and run.source = named.account and not run.dry_run and run.counters <> '{}'
    order by run.started_at desc
    limit 1
) as published on true
left join lateral (
    select run.started_at
    from ops.run as run
    where run.pipeline = %(pipeline)s and run.source = named.account
    order by run.started_at desc
    limit 1
) as latest on true
order by has_data desc, published.started_at desc nulls last, latest.started_at desc nulls last, named.account asc;
