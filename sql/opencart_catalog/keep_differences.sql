-- One row a category or an item that the plan changes, or an item that deserves a look; in the order people read them. What is
-- told of an item no longer in the shop is as it was last seen there. What an earlier attempt at the run has sent belongs to it.
with planned as (
    select
        action.seq,
        action.kind,
        coalesce(
            decision.identity,
            pair.identity,
            case
                when action.kind = 'create_material' then action.key
                when starts_with(action.key, 'item:') then substr(action.key, 6)
            end
        ) as identity,
        action.key,
        starts_with(action.key, 'item:') as is_new,
        action.after,
        coalesce(action.before -> 'named_prices', '{}') as old_prices,
        coalesce(action.after -> 'named_prices', '{}') as new_prices
    from ops.action as action
    left join stage.opencart_catalog_decision as decision
        on action.kind = decision.kind and action.key = decision.key and decision.run_id = %(run_id)s
    left join stage.opencart_catalog_pair as pair
        on action.key = concat('material:', pair.material_id) and pair.run_id = %(run_id)s
    where action.run_id = %(run_id)s
),

grave as (
    select array_agg(code) as codes
    from ops.code
    where severity <> 'info'
),

marked as (
    select
        coalesce(planned.identity, planned.key) as about,
        array[
            case when planned.kind in ('create_category', 'rename_category') then 'category' end,
            case when planned.kind = 'create_material' then 'new' end,
            case when planned.kind = 'retire_material' then 'absent' end,
            case when planned.kind = 'update_material' and planned.after ?| array['price', 'currency'] then 'price' end,
            case
                when planned.kind = 'create_material' and item.special is not null then 'special'
                when planned.kind = 'set_custom_fields' and planned.after ?| %(special_fields)s::text[] then 'special'
                when
                    planned.kind = 'update_material'
                    and planned.after ? 'named_prices'
                    and exists (
                        select 1 from unnest(%(special_prices)s::text[]) as own (name)
                        where (planned.old_prices ->> own.name) is distinct from (planned.new_prices ->> own.name)
                    )
                    then 'special'
            end,
            case
                when planned.kind = 'update_material' and planned.after ? 'title' then 'text'
                when planned.kind = 'set_custom_fields' and not planned.is_new and planned.after ?| %(text_fields)s::text[] then 'text'
            end,
            case
                when planned.kind = 'update_material' and planned.after ? 'asset_url' then 'picture'
                when
                    planned.kind = 'set_custom_fields' and not planned.is_new
                    and planned.after ?| %(picture_fields)s::text[]
                    then 'picture'
            end,
            case
                when
                    planned.kind = 'update_material'
                    and planned.after - array['price', 'currency', 'named_prices', 'title', 'asset_url'] <> '{}'
                    then 'other'
            end
        ] as facets
    from planned
    left join stage.opencart_catalog_item as item on planned.identity = item.identity and item.run_id = %(run_id)s
    union all
    select
        verdict.identity,
        array[
            case when verdict.outcome = 'quarantined' then 'quarantine' end,
            case when verdict.outcome in ('absent', 'retired') then 'absent' end,
            case when verdict.outcome <> 'quarantined' and verdict.codes && grave.codes then 'remark' end
        ]
    from stage.opencart_catalog_verdict as verdict
    cross join grave
    where verdict.run_id = %(run_id)s
    union all
    select
        pair.identity,
        '{twins}'
    from stage.opencart_catalog_pair as pair
    where pair.run_id = %(run_id)s
    group by pair.identity
    having count(*) > 1
),

found as (
    select
        marked.about,
        facet.name
    from marked
    cross join lateral unnest(marked.facets) as facet (name)
    where facet.name is not null
),

grouped as (
    select
        about,
        array_agg(distinct name) as facets
    from found
    group by about
),

written as (
    select
        coalesce(identity, key) as about,
        array_agg(seq order by seq) as seqs,
        (array_agg(after order by seq))[1] as after,
        bool_or(kind not in ('create_category', 'rename_category')) as is_item
    from planned
    group by coalesce(identity, key)
),

judged as (
    select
        verdict.identity,
        verdict.outcome,
        verdict.codes,
        verdict.details
    from stage.opencart_catalog_verdict as verdict
    where verdict.run_id = %(run_id)s and verdict.outcome <> 'out_of_scope'
),

told as (
    select
        coalesce(written.about, judged.identity) as about,
        written.seqs,
        written.after,
        coalesce(written.is_item, true) as is_item,
        judged.outcome,
        judged.codes,
        judged.details
    from written
    full join judged on written.about = judged.identity
),

links as (
    select
        pair.identity,
        pair.material_id
    from stage.opencart_catalog_pair as pair
    where pair.run_id = %(run_id)s
    union
    select
        link.identity,
        link.material_id
    from mart.catalog_link as link
    inner join told on link.identity = told.about
    where link.source = %(source)s and link.account = %(account)s and told.outcome in ('absent', 'retired', 'unlisted')
),

met as (
    select
        links.identity,
        array_agg(links.material_id order by links.material_id) as material_ids,
        jsonb_agg(
            jsonb_build_object('material_id', material.material_id, 'sku', material.sku, 'title', material.title)
            order by links.material_id
        ) as materials
    from links
    inner join stage.opencart_catalog_material as material
        on links.material_id = material.material_id and material.run_id = %(run_id)s
    group by links.identity
),

items as (
    select
        identity,
        product_id,
        article,
        key,
        title,
        images,
        link_url,
        category_path,
        price,
        currency,
        special,
        special_from,
        special_to
    from stage.opencart_catalog_item
    where run_id = %(run_id)s
    union all
    select
        gone.identity,
        gone.product_id,
        gone.article,
        gone.key,
        gone.title,
        gone.images,
        gone.link_url,
        gone.category_path,
        gone.price,
        gone.currency,
        gone.special,
        gone.special_from,
        gone.special_to
    from mart.catalog_item as gone
    inner join told on gone.identity = told.about
    where
        gone.source = %(source)s
        and not exists (
            select 1
            from stage.opencart_catalog_item as here
            where here.run_id = %(run_id)s and here.identity = gone.identity
        )
)

insert into mart.catalog_difference (
    run_id, row_no, identity, product_id, article, key, title, image_url, link_url, category_path, price, currency,
    special, special_from, special_to, outcome, facets, codes, details, material_ids, materials, action_seqs
)
select
    %(run_id)s,
    row_number() over (
        order by
            told.is_item,
            items.category_path, items.title, items.product_id, written_first.seq, told.about
    ),
    case when told.is_item then told.about end,
    items.product_id,
    items.article,
    items.key,
    coalesce(items.title, array_to_string(path.names, ' / '), told.after ->> 'name', told.about),
    items.images[1],
    items.link_url,
    coalesce(items.category_path, '{}'),
    items.price,
    items.currency,
    items.special,
    items.special_from,
    items.special_to,
    told.outcome,
    coalesce(grouped.facets, '{other}'),
    coalesce(told.codes, '{}'),
    coalesce(told.details, '{}'),
    coalesce(met.material_ids, '{}'),
    coalesce(met.materials, '[]'),
    coalesce(told.seqs, '{}')
from told
left join items on told.about = items.identity
left join grouped on told.about = grouped.about
left join met on told.about = met.identity
left join lateral (select told.seqs[1] as seq) as written_first on true
left join lateral (
    select array_agg(named.name order by named.place) as names
    from jsonb_array_elements_text(
        case when jsonb_typeof(told.after -> 'path') = 'array' then told.after -> 'path' else '[]' end
    ) with ordinality as named (name, place)
) as path on true;
