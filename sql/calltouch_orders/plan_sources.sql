-- One row a found source that is not known to be in its order yet, where no person has put anything. If it is there after all,
-- whoever writes it sees that and leaves it.
with wanted as (
    select
        known.order_ref,
        document.ordered_at,
        document.kind,
        document.data_version,
        document.source_short as old_short,
        document.source_full as old_full,
        coalesce(known.source, known.medium, known.campaign, known.keyword) as new_short,
        concat_ws(' / ', known.source, known.medium, known.campaign, known.keyword) as new_full
    from mart.calltouch_lead_source as known
    inner join mart.erp_order as document using (order_ref)
    where
        known.site_id = %(site_id)s
        and known.state = 'found'
        and known.written_back_at is null
        and known.kept_value is null
        and known.last_error is null
        and concat_ws('', known.source, known.medium, known.campaign, known.keyword) <> ''
)

insert into ops.action (run_id, seq, pipeline, target, account, kind, key, before, after)
select
    %(run_id)s,
    coalesce((
        select max(made.seq) from ops.action as made
        where made.run_id = %(run_id)s
    ), 0)
    + row_number() over (order by ordered_at, order_ref),
    'calltouch_orders',
    'onec',
    %(connection)s,
    'set_source',
    order_ref::text,
    jsonb_build_object('short', old_short, 'full', old_full),
    jsonb_build_object('short', new_short, 'full', new_full, 'kind', kind)
from wanted;
