-- One row a deal that nothing is written to: how it stands now. What was copied into it earlier stays known, whatever became of its
-- product. One that was not found when its turn came to be looked for is frozen; one that vanished on the way is left for the next run.
-- Where nothing was compared (after is null), what was said of the deal before holds on.
insert into mart.bitrix24_deal_product as kept (
    account, deal_id, title, category_id, product_id, offer_id, product_name, fingerprint, written, state, codes, frozen_at, seen_run_id
)
select
    %(account)s,
    decision.deal_id,
    deal.fields ->> 'title',
    deal.category_id,
    decision.product_id,
    decision.offer_id,
    decision.product_name,
    decision.fingerprint,
    coalesce(decision.after, '{}'::jsonb),
    case
        when decision.outcome in ('frozen', 'gone') then 'frozen'
        when decision.outcome in ('no_product', 'conflict', 'product_missing', 'failed') then decision.outcome
        when 'B24_BAD_TRIP_DATE' = any(decision.codes) then 'unreadable'
        else 'copied'
    end,
    array_remove(decision.codes, 'B24_COPIED'),
    case when decision.outcome in ('frozen', 'gone') then now() end,
    %(run_id)s
from stage.bitrix24_deal_products_decision as decision
inner join stage.bitrix24_deal_products_deal as deal on decision.run_id = deal.run_id and decision.deal_id = deal.deal_id
where
    decision.run_id = %(run_id)s
    and decision.kind is null
    and (decision.outcome <> 'gone' or not deal.is_candidate)
    and (decision.outcome not in ('frozen', 'gone') or exists (
        select 1
        from mart.bitrix24_deal_product as known
        where known.account = %(account)s and known.deal_id = decision.deal_id
    ))
on conflict (account, deal_id) do update
    set
        title = coalesce(excluded.title, kept.title),
        category_id = case when 'B24_DEAL_GONE' = any(excluded.codes) then kept.category_id else excluded.category_id end,
        product_id = case when excluded.state in ('frozen', 'failed') then kept.product_id else excluded.product_id end,
        offer_id = case when excluded.state in ('frozen', 'failed') then kept.offer_id else excluded.offer_id end,
        product_name = case when excluded.state in ('frozen', 'failed') then kept.product_name else excluded.product_name end,
        fingerprint = coalesce(excluded.fingerprint, kept.fingerprint),
        written = kept.written || excluded.written,
        doubted = case when excluded.written = '{}'::jsonb then kept.doubted end,
        state = excluded.state,
        codes = case
            when 'B24_DEAL_GONE' = any(excluded.codes) then excluded.codes
            when kept.state <> excluded.state then excluded.codes
            when excluded.state = 'frozen' then kept.codes
            when excluded.written = '{}'::jsonb and excluded.product_id is not null then kept.codes
            else excluded.codes
        end,
        frozen_at = case when excluded.state = 'frozen' then coalesce(kept.frozen_at, excluded.frozen_at) end,
        seen_run_id = excluded.seen_run_id;
