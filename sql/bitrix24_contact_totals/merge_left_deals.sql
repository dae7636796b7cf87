-- Deals that were won and are not any more, or do not count any more.
update mart.bitrix24_deal as deal
set is_won = false, left_at = %(now)s, changed_run_id = %(run_id)s
where
    deal.account = %(account)s
    and deal.is_won
    and not exists (
        select 1
        from stage.bitrix24_contact_totals_amount as amount
        where amount.run_id = %(run_id)s and amount.deal_id = deal.deal_id and amount.outcome <> 'refused'
    );
