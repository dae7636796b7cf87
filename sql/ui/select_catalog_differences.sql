-- One row an item or a category of a plan, in reading order, after the one that the previous page ended with; only those that
-- pass the filters. Stops at the limit.
select
    difference.run_id,
    difference.row_no,
    difference.identity,
    difference.product_id,
    difference.article,
    difference.key,
    difference.title,
    difference.image_url,
    difference.link_url,
    difference.category_path,
    difference.price,
    difference.currency,
    difference.special,
    difference.special_from,
    difference.special_to,
    difference.outcome,
    difference.facets,
    difference.codes,
    difference.details,
    difference.material_ids,
    difference.materials,
    difference.action_seqs
from mart.catalog_difference as difference
where
    difference.run_id = %(run)s
    and difference.row_no > %(after)s
    and (%(facet)s::text is null or %(facet)s = any(difference.facets))
    and (
        %(states)s::text[] is null
        or exists (
            select 1 from unnest(difference.action_seqs) as own (seq)
            where own.seq in (
                select action.seq from ops.action as action
                where action.run_id = %(run)s and action.state = any(%(states)s)
            )
        )
    )
    and (
        %(sought)s::text is null
        or difference.identity = %(sought)s
        or difference.key = %(key)s
        or difference.product_id = %(number)s
        or %(number)s = any(difference.material_ids)
        or difference.title ilike %(pattern)s
        or difference.article ilike %(pattern)s
        or array_to_string(difference.category_path, ' / ') ilike %(pattern)s
    )
order by difference.row_no
limit %(page_size)s;
