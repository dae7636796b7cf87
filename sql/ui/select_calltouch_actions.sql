-- One row an action of the exchange, the latest first, below the one that the previous page ended with; only those that
-- pass the filters.
with page as (
    select action.*
    from ops.action
    where
        action.pipeline = 'calltouch_orders'
        and (%(before)s::bigint is null or action.action_id < %(before)s)
        and (%(action_kind)s::text is null or action.kind = %(action_kind)s)
        and (%(state)s::text is null or action.state = %(state)s)
        and (%(run)s::bigint is null or action.run_id = %(run)s)
        and (
            %(account)s::text is null
            or action.run_id in (
                select own.run_id from ops.run as own
                where own.pipeline = 'calltouch_orders' and own.source = %(account)s
            )
        )
        and (%(ref)s::uuid is null or action.key = %(ref)s::uuid::text)
        and (
            %(number)s::text is null
            or action.key in (
                select numbered.order_ref::text from mart.erp_order as numbered
                where
                    right(upper(numbered.number), length(%(number)s::text)) = upper(%(number)s::text)
                    and (%(kind)s::text is null or numbered.kind = %(kind)s)
                    and (
                        %(year)s::integer is null
                        or extract(year from numbered.ordered_at at time zone %(zone)s) = %(year)s
                    )
            )
        )
    order by action.action_id desc
    limit %(page_size)s
)

select
    page.action_id,
    page.run_id,
    page.target,
    page.account as connection,
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
    page.done_at,
    run.source as account,
    run.dry_run,
    document.title
from page
inner join ops.run as run on page.run_id = run.run_id
left join mart.erp_order as document
    on document.order_ref = case when page.key ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then page.key::uuid end
order by page.action_id desc;
