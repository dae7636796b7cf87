-- An earlier plan of the run goes, and those of all but the last two weeks of nightly runs of the shop.
with latest as (
    select run_id
    from ops.run
    where pipeline = %(pipeline)s and source = %(source)s
    order by started_at desc, run_id desc
    limit 14
),

outdated as (
    select kept.run_id
    from mart.catalog_facet as kept
    inner join ops.run on kept.run_id = run.run_id
    left join latest on kept.run_id = latest.run_id
    where
        kept.facet = 'all'
        and run.pipeline = %(pipeline)s
        and run.source = %(source)s
        and (kept.run_id = %(run_id)s or latest.run_id is null)
),

facets as (
    delete from mart.catalog_facet
    using outdated
    where catalog_facet.run_id = outdated.run_id
)

delete from mart.catalog_difference
using outdated
where catalog_difference.run_id = outdated.run_id;
