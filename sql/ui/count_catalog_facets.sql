-- One row a facet of a plan with the number of its items; that of all of them is «all».
select
    facet,
    items
from mart.catalog_facet
where run_id = %(run)s;
