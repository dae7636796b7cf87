-- Deals to which a write has failed, or is not known to have been made, and that the list of changed ones does not tell now.
select kept.deal_id
from mart.bitrix24_deal_product as kept
where
    kept.account = %(account)s
    and (kept.state = 'failed' or (kept.doubted is not null and kept.state <> 'frozen'))
    and not exists (
        select 1
        from stage.bitrix24_deal_products_deal as deal
        where deal.run_id = %(run_id)s and deal.deal_id = kept.deal_id
    )
order by kept.deal_id;
