-- The next candidates after a place.
select order_ref
from stage.calltouch_orders_candidate
where run_id = %(run_id)s and seq > %(after)s and seq <= %(after)s + %(size)s
order by seq;
