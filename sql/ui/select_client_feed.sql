-- One row an event of the client's feed, the latest first, one page of them; of one deal only when it is asked for.
select
    feed_id,
    at,
    kind,
    deal_id,
    source,
    run_id,
    details
from mart.client_feed
where
    client_id = %(client)s
    and (%(deal)s::bigint is null or deal_id = %(deal)s)
order by at desc, feed_id desc
limit %(page_size)s offset %(skip)s;
