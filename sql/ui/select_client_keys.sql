-- One row a key by which the client is found; the page masks them.
select
    kind,
    value
from mart.client_key
where client_id = %(client)s
order by array_position(array['phone', 'email', 'tsuid'], kind), value
limit 50;
