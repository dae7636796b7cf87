-- One row a year that totals of a portal are of, the latest first: each is found by one look into the index.
with recursive found as (
    (
        select total.year
        from mart.contact_year_total as total
        where total.account = %(account)s
        order by total.year desc
        limit 1
    )
    union all
    select (
        select earlier.year
        from mart.contact_year_total as earlier
        where earlier.account = %(account)s and earlier.year < found.year
        order by earlier.year desc
        limit 1
    )
    from found
    where found.year is not null
)

select year
from found
where year is not null;
