-- One row: a client with the date of its last deal. None when there is no such client.
select
    client.client_id,
    client.name,
    client.company,
    client.created_at,
    client.origin,
    stats.last_deal_at
from mart.client as client
left join mart.client_stats as stats on client.client_id = stats.client_id
where client.client_id = %(client)s;
