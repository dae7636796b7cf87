-- One row an event of the client's feed, the latest first, one page of them; of one deal only when it is asked for.
select
    feed.feed_id,
    feed.at,
    feed.kind,
    feed.deal_id,
    feed.source,
    feed.run_id,
    feed.details,
    run.pipeline
from mart.client_feed as feed
left join ops.run as run on feed.run_id = run.run_id
where
    feed.client_id = %(client)s
    and (%(deal)s::bigint is null or feed.deal_id = %(deal)s)
order by feed.at desc, feed.feed_id desc
limit %(page_size)s offset %(skip)s;
