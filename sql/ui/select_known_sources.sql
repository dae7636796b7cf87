-- One row a source of the pipeline that has ever run, also one that has since left the settings. Hops over the index from name to name.
with recursive known as (
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
        where run.pipeline = %(pipeline)s and run.source > known.source
        order by run.source
        limit 1
    )
    from known
    where known.source is not null
)

select source from known
where source is not null
order by source;
