-- One row a deal whose products are looked after, the newest first, below the one that the previous page ended with; only those that
-- pass the filters. Text is looked for in the names of deal and product; a number is that of a deal, a product or a variation.
with page as (
    select kept.*
    from mart.bitrix24_deal_product as kept
    where
        kept.account = %(account)s
        and (%(before)s::bigint is null or kept.deal_id < %(before)s)
        and (%(state)s::text is null or kept.state = %(state)s)
        and (%(code)s::text is null or %(code)s = any(kept.codes))
        and (
            %(sought)s::text is null
            or kept.title ilike %(pattern)s
            or kept.product_name ilike %(pattern)s
            or %(number)s::bigint in (kept.deal_id, kept.product_id, kept.offer_id)
        )
    order by kept.deal_id desc
    limit %(page_size)s
)

select
    page.deal_id,
    page.title,
    page.category_id,
    page.product_id,
    page.offer_id,
    page.product_name,
    page.written,
    page.doubted,
    page.state,
    page.codes,
    page.copied_at,
    page.frozen_at,
    page.seen_run_id,
    coalesce(funnel.name, 'воронка ' || page.category_id) as direction
from page
left join mart.bitrix24_funnel as funnel on page.account = funnel.account and page.category_id = funnel.category_id
order by page.deal_id desc;
