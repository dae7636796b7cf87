-- Articles that a person has named and no active item has.
insert into stage.opencart_catalog_remark (run_id, code, record_key, details)
select
    %(run_id)s,
    'CATALOG_ARTICLE_UNKNOWN',
    'article:' || asked.key,
    jsonb_build_object('article', asked.key)
from unnest(%(keys)s::text[]) as asked (key)
where
    not exists (
        select 1
        from stage.opencart_catalog_item as item
        where item.run_id = %(run_id)s and item.active and item.key = asked.key
    );
