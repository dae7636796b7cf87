-- One row a way to narrow the plan, with the number of its rows; all of them are «all».
insert into mart.catalog_facet (run_id, facet, items)
select
    difference.run_id,
    facet.name,
    count(*)
from mart.catalog_difference as difference
cross join lateral unnest(array_append(difference.facets, 'all')) as facet (name)
where difference.run_id = %(run_id)s
group by difference.run_id, facet.name;
