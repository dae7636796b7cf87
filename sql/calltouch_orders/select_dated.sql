-- Orders of some days.
select order_ref
from stage.calltouch_orders_orders(%(intake)s)
where
    (%(date_from)s::timestamptz is null or ordered_at >= %(date_from)s)
    and (%(date_to)s::timestamptz is null or ordered_at < %(date_to)s)
order by order_ref
limit %(most)s;
