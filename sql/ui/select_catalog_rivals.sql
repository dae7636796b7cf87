-- One row an item in quarantine whose article is one of those asked for: the items that quarrel over it.
select
    key,
    identity,
    article,
    title,
    price,
    currency,
    link_url
from mart.catalog_difference
where run_id = %(run)s and key = any(%(keys)s::text[]) and 'quarantine' = any(facets)
order by row_no
limit %(page_size)s;
