-- Orders with the number that a person has named, of that kind and year where they were named too.
select
    order_ref,
    title
from stage.calltouch_orders_orders(%(intake)s)
where
    number = %(number)s
    and (%(kind)s::text is null or kind = %(kind)s)
    and (%(year)s::integer is null or extract(year from ordered_at at time zone %(onec_zone)s) = %(year)s)
order by ordered_at, order_ref;
