-- One row a write to a deal of a portal, the latest first, below the one that the previous page ended with; only those that pass the
-- filters.
with page as (
    select action.*
    from ops.action
    where
        action.pipeline = %(pipeline)s
        and action.account = %(account)s
        and (%(before)s::bigint is null or action.action_id < %(before)s)
        and (%(run)s::bigint is null or action.run_id = %(run)s)
        and (%(state)s::text is null or action.state = %(state)s)
        and (%(deal)s::bigint is null or action.key = 'deal:' || %(deal)s)
    order by action.action_id desc
    limit %(page_size)s
)

select
    page.action_id,
    page.run_id,
    page.kind,
    page.key,
    page.before,
    page.after,
    page.state,
    page.attempts,
    page.http_status,
    page.response,
    page.error,
    page.planned_at,
    page.sent_at,
    run.dry_run,
    split_part(page.key, ':', 2)::bigint as deal_id,
    kept.title,
    kept.product_name,
    kept.product_id
from page
inner join ops.run as run on page.run_id = run.run_id
left join mart.bitrix24_deal_product as kept on page.account = kept.account and page.key = 'deal:' || kept.deal_id
order by page.action_id desc;
