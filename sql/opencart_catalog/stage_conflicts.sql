-- One row an active item that has to stand back from its article: another stands for the same thing, or nobody knows which of several
-- different ones is meant (Q8). Only what is written counts as a difference; links to pages differ by nature.
with shared as (
    select key
    from stage.opencart_catalog_item
    where run_id = %(run_id)s and active and key is not null
    group by key
    having count(*) > 1
),

items as (
    select
        item.identity,
        item.key,
        item.title,
        item.article,
        item.price,
        item.shop_category_id,
        row_number() over (partition by item.key order by item.product_id, item.identity collate "C") as place,
        row(
            item.title_key,
            item.price,
            item.currency,
            item.category_path,
            case when %(sends_special)s then row(item.special, item.special_from, item.special_to) end,
            case when %(sends_description)s then item.description end,
            case when %(sends_images)s then item.images else item.images[1:1] end
        ) as content
    from stage.opencart_catalog_item as item
    inner join shared on item.key = shared.key
    where item.run_id = %(run_id)s and item.active
),

judged as (
    select
        key,
        count(distinct content) > 1 as differ,
        jsonb_agg(
            jsonb_build_object(
                'identity', identity,
                'title', title,
                'article', article,
                'price', price::text
            ) order by place
        ) as others
    from items
    group by key
)

insert into stage.opencart_catalog_verdict (run_id, identity, outcome, codes, details)
select
    %(run_id)s,
    items.identity,
    case
        when %(keys)s::text[] is not null and items.key <> all(%(keys)s) then 'out_of_scope'
        when judged.differ then 'quarantined'
        else 'repeated'
    end,
    array[
        case
            when not judged.differ then 'CATALOG_SAME_ITEM'
            when %(site_conflict)s = 'quarantine' then 'CATALOG_KEY_CONFLICT'
            else 'CATALOG_PASSED_OVER'
        end
    ],
    jsonb_build_object('title', items.title, 'article', items.article, 'others', judged.others)
from items
inner join judged on items.key = judged.key
where items.place > 1 or (judged.differ and %(site_conflict)s = 'quarantine');
