-- What a run has planned for a category of the shop and what came of it; if it has planned nothing, the category's link.
select
    state,
    (response ->> 'category_id')::bigint as category_id,
    coalesce(response ?| array['held', 'waits'], false) as held,
    (after ->> 'parent_id')::bigint as parent_id,
    (after ->> 'parent_shop_category_id')::bigint as parent_shop_category_id,
    seq
from ops.action
where
    run_id = %(run_id)s
    and target = %(target)s
    and account = %(account)s
    and kind = 'create_category'
    and key = 'category:' || %(shop_category_id)s::bigint
union all
select
    'done',
    crm_category_id,
    false,
    null,
    null,
    0
from mart.catalog_category_link
where source = %(source)s and account = %(account)s and shop_category_id = %(shop_category_id)s
order by seq desc
limit 1;
