-- One row a log row of the run, in order, after the one that the previous page ended with; only those that pass the
-- filters. Stops at the limit, so that a page costs the same at the start and the end of a million rows.
with page as (
    select
        run_id,
        seq,
        at,
        severity,
        outcome,
        codes,
        record_key,
        position,
        client_id,
        deal_id,
        details
    from ops.run_log
    where
        run_id = %(run)s
        and seq > %(after)s
        and (%(severity)s::text is null or severity = %(severity)s)
        and (%(outcome)s::text is null or outcome = %(outcome)s)
        and (%(code)s::text is null or %(code)s = any(codes))
        and (%(records)s::text[] is null or record_key = any(%(records)s))
    order by seq
    limit %(page_size)s
)

select
    page.run_id,
    page.seq,
    page.at,
    page.severity,
    page.outcome,
    page.codes,
    page.record_key,
    page.position,
    page.client_id,
    page.deal_id,
    page.details,
    client.name as client_name
from page
left join mart.client as client on page.client_id = client.client_id
order by page.seq;
