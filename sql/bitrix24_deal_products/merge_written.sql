-- What became of writes: what a deal holds now is known, and which product gave it; of a refused one that it stands unfinished.
insert into mart.bitrix24_deal_product as kept (
    account,
    deal_id,
    title,
    category_id,
    product_id,
    offer_id,
    product_name,
    fingerprint,
    written,
    state,
    codes,
    copied_at,
    frozen_at,
    seen_run_id
)
select
    action.account,
    decision.deal_id,
    case action.state when 'done' then coalesce(decision.after ->> 'title', deal.fields ->> 'title') else deal.fields ->> 'title' end,
    deal.category_id,
    decision.product_id,
    decision.offer_id,
    decision.product_name,
    case action.state when 'done' then decision.fingerprint end,
    case
        when action.state = 'done' then coalesce(decision.after, '{}'::jsonb)
        when action.response ? 'not_accepted'
            then decision.after - array(select jsonb_array_elements_text(action.response -> 'not_accepted'))
        else '{}'::jsonb
    end,
    case
        when action.state = 'failed' then 'failed'
        when action.kind = 'repair_closedate' then 'frozen'
        when 'B24_BAD_TRIP_DATE' = any(decision.codes) then 'unreadable'
        else 'copied'
    end,
    case
        when action.kind = 'repair_closedate' and action.state = 'done' then array['B24_CLOSEDATE_REPAIRED']
        when action.state = 'done' then array_remove(decision.codes, 'B24_COPIED')
        when action.response ? 'not_accepted' then array['B24_NOT_ACCEPTED']
        else array['B24_REFUSED']
    end,
    case when action.state = 'done' and action.kind = 'set_deal_fields' then now() end,
    case when action.state = 'done' and action.kind = 'repair_closedate' then now() end,
    action.run_id
from ops.action
inner join stage.bitrix24_deal_products_decision as decision
    on action.run_id = decision.run_id and action.key = 'deal:' || decision.deal_id
inner join stage.bitrix24_deal_products_deal as deal on decision.run_id = deal.run_id and decision.deal_id = deal.deal_id
where action.action_id = any(%(action_ids)s) and action.state in ('done', 'failed')
on conflict (account, deal_id) do update
    set
        title = excluded.title,
        category_id = excluded.category_id,
        product_id = coalesce(excluded.product_id, kept.product_id),
        offer_id = case when excluded.product_id is null then kept.offer_id else excluded.offer_id end,
        product_name = coalesce(excluded.product_name, kept.product_name),
        fingerprint = coalesce(excluded.fingerprint, kept.fingerprint),
        written = kept.written || excluded.written,
        doubted = case when excluded.state <> 'failed' then null else kept.doubted end,
        state = excluded.state,
        codes = excluded.codes,
        copied_at = coalesce(excluded.copied_at, kept.copied_at),
        frozen_at = excluded.frozen_at,
        seen_run_id = excluded.seen_run_id;
