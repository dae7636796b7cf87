-- One row a deal whose source was looked for in this run, and what came of it. What another account has written into the order
-- is named: the source found here is then found, and nothing more.
with looked_for as (
    select
        known.*,
        deal.order_title,
        action.state as action_state,
        action.error,
        writer.account as written_by
    from mart.calltouch_lead_source as known
    inner join mart.calltouch_deal as deal using (site_id, order_ref)
    left join ops.action
        on known.order_ref::text = action.key and action.run_id = %(run_id)s and action.target = 'onec'
    left join lateral (
        select others.account
        from mart.calltouch_lead_source as other
        inner join mart.calltouch_deal as others using (site_id, order_ref)
        where
            known.written_back_at is null
            and known.state = 'found'
            and other.order_ref = known.order_ref
            and other.site_id <> known.site_id
            and other.written_back_at is not null
        order by other.written_back_at
        limit 1
    ) as writer on true
    where
        known.site_id = %(site_id)s
        and known.order_ref in (
            select planned.key::uuid from ops.action as planned
            where planned.run_id = %(run_id)s and planned.target = 'onec'
            union
            select asked.order_ref from stage.calltouch_orders_source as asked
            where asked.run_id = %(run_id)s
            union
            select unnest(%(given_up)s::uuid[])
        )
),

told as (
    select
        *,
        case
            when state = 'no_source' then 'source_missing'
            when state = 'waiting' then 'source_waiting'
            when action_state = 'done' then 'source_written'
            when kept_value is not null then 'source_kept'
            when action_state is null or written_by is not null then 'source_found'
            when action_state = 'failed' then 'source_refused'
            else 'source_not_written'
        end as outcome
    from looked_for
)

insert into ops.run_log (run_id, seq, severity, outcome, codes, record_key, client_id, deal_id, details)
select
    %(run_id)s,
    coalesce((
        select max(run_log.seq) from ops.run_log
        where run_log.run_id = %(run_id)s
    ), 0)
    + row_number() over (order by told.order_ref),
    code.severity,
    told.outcome,
    array[code.code],
    told.order_ref::text,
    document.client_id,
    document.deal_id,
    jsonb_strip_nulls(
        jsonb_build_object(
            'title', told.order_title,
            'source', nullif(concat_ws(' / ', told.source, told.medium, told.campaign, told.keyword), ''),
            'kept', told.kept_value,
            'written_by', told.written_by,
            'error', told.error
        )
    )
from told
inner join mart.erp_order as document using (order_ref)
inner join
    ops.code
    on
        code.code = case told.outcome
            when 'source_missing' then 'SOURCE_MISSING'
            when 'source_written' then 'SOURCE_WRITTEN'
            when 'source_kept' then 'SOURCE_KEPT'
            when 'source_found' then 'SOURCE_FOUND'
            when 'source_refused' then 'SOURCE_REFUSED'
            when 'source_not_written' then 'NOT_SENT'
        end;
