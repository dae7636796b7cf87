-- What deserves a look in the shop and is about no item.
with issues as (
    select
        code,
        seq,
        details,
        coalesce(
            'product:' || product_id,
            'category:' || (details ->> 'category_id'),
            case when code = 'CATALOG_SNAPSHOT_UNSTABLE' then 'crm' else 'shop' end
        ) as record_key
    from stage.opencart_catalog_issue as issue
    where
        run_id = %(run_id)s
        and not exists (
            select 1
            from stage.opencart_catalog_item as item
            where
                item.run_id = %(run_id)s
                and item.active
                and (item.identity = issue.identity or issue.identity is null and item.product_id = issue.product_id)
        )
)

insert into stage.opencart_catalog_remark (run_id, code, record_key, details)
select
    %(run_id)s,
    code,
    record_key,
    (array_agg(details order by seq))[1]
    || case when count(*) > 1 then jsonb_build_object('issues', jsonb_agg(details order by seq)) else '{}' end
from issues
group by code, record_key;
