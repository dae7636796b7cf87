-- What deserves a look in the shop is told with its item: of a product with the product itself, or with its first variant.
with first_item as (
    select distinct on (product_id)
        product_id,
        identity
    from stage.opencart_catalog_item
    where run_id = %(run_id)s and active
    order by product_id, cardinality(option_value_ids), identity collate "C"
),

told as (
    select
        item.identity,
        item.title,
        item.article,
        array_agg(distinct issue.code) as codes,
        jsonb_agg(issue.details || jsonb_build_object('code', issue.code) order by issue.seq) as issues
    from stage.opencart_catalog_issue as issue
    left join first_item on issue.product_id = first_item.product_id
    inner join stage.opencart_catalog_item as item
        on item.run_id = %(run_id)s and item.active and item.identity = coalesce(issue.identity, first_item.identity)
    where issue.run_id = %(run_id)s
    group by item.identity, item.title, item.article
)

insert into stage.opencart_catalog_verdict as made (run_id, identity, outcome, codes, details)
select
    %(run_id)s,
    told.identity,
    'unchanged',
    told.codes,
    jsonb_build_object('title', told.title, 'article', told.article, 'issues', told.issues)
from told
on conflict (run_id, identity) do update
    set
        codes = made.codes || array(
            select added.code
            from unnest(excluded.codes) as added (code)
            where added.code <> all(made.codes)
        ),
        details = made.details || excluded.details;
