-- One row a facet of a plan with the number of its items, and one with the number of all of them, whose name is null.
select
    facet.name as facet,
    count(*) as items
from mart.catalog_difference as difference
cross join lateral unnest(array_append(difference.facets, null)) as facet (name)
where difference.run_id = %(run)s
group by facet.name;
