-- The shop's items as they are now; those that did not change are left alone.
insert into mart.catalog_item as kept (
    source, identity, product_id, option_value_ids, article, key, title, description, price, currency, special, special_from, special_to,
    shop_category_id, category_path, images, link_url, active, content_hash, last_run_id
)
select
    %(source)s,
    identity,
    product_id,
    option_value_ids,
    article,
    key,
    title,
    description,
    price,
    currency,
    special,
    special_from,
    special_to,
    shop_category_id,
    category_path,
    images,
    link_url,
    active,
    content_hash,
    %(run_id)s
from stage.opencart_catalog_item
where run_id = %(run_id)s
on conflict (source, identity) do update
    set
        product_id = excluded.product_id,
        option_value_ids = excluded.option_value_ids,
        article = excluded.article,
        key = excluded.key,
        title = excluded.title,
        description = excluded.description,
        price = excluded.price,
        currency = excluded.currency,
        special = excluded.special,
        special_from = excluded.special_from,
        special_to = excluded.special_to,
        shop_category_id = excluded.shop_category_id,
        category_path = excluded.category_path,
        images = excluded.images,
        link_url = excluded.link_url,
        active = excluded.active,
        content_hash = excluded.content_hash,
        last_run_id = excluded.last_run_id
    where
    kept.content_hash <> excluded.content_hash
    or kept.active <> excluded.active
    or kept.shop_category_id is distinct from excluded.shop_category_id;
