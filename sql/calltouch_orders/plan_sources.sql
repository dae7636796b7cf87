-- One row a found source that is not known to be in its order yet, where no person has put anything. If it is there after all,
-- whoever writes it sees that and leaves it. An order is one for all accounts: the source that was found first stays, be it
-- written, on its way, or only seen in the order because who wrote it was killed.
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
        and not exists (
            select 1 from mart.calltouch_lead_source as other
            where
                other.order_ref = known.order_ref
                and other.site_id <> known.site_id
                and (
                    other.written_back_at is not null
                    or (
                        document.source_full = concat_ws(' / ', other.source, other.medium, other.campaign, other.keyword)
                        and document.source_full
                        <> concat_ws(' / ', known.source, known.medium, known.campaign, known.keyword)
                    )
                )
        )
        and not exists (
            select 1 from ops.action as open_one
            where
                open_one.target = 'onec'
                and open_one.account = %(connection)s
                and open_one.kind = 'set_source'
                and open_one.key = known.order_ref::text
                and open_one.state in ('planned', 'sending', 'uncertain')
        )
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
from wanted
on conflict (target, account, kind, key) where state in ('planned', 'sending', 'uncertain') do nothing;
