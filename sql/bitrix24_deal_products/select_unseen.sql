-- Deals that were open when we saw them last, or whose date is still to be repaired, and that the list of open deals does not tell now.
select kept.deal_id
from mart.bitrix24_deal_product as kept
where
    kept.account = %(account)s
    and (kept.state <> 'frozen' or (%(repairs)s and 'B24_CLOSEDATE_OVERWRITTEN' = any(kept.codes)))
    and not exists (
        select 1
        from stage.bitrix24_deal_products_deal as deal
        where deal.run_id = %(run_id)s and deal.deal_id = kept.deal_id
    )
order by kept.deal_id;
