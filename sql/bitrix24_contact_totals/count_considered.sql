-- How many records the run has to account for: deals read, deals that left, contacts asked about.
select
    (
        select count(*) from stage.bitrix24_contact_totals_deal
        where run_id = %(run_id)s
    ) + (
        select count(*)
        from mart.bitrix24_deal as deal
        left join stage.bitrix24_contact_totals_deal as staged
            on staged.run_id = %(run_id)s and deal.deal_id = staged.deal_id
        where
            deal.account = %(account)s
            and (deal.is_won or deal.is_refused or deal.changed_run_id = %(run_id)s)
            and staged.deal_id is null
    ) + (
        select count(*) from stage.bitrix24_contact_totals_contact
        where run_id = %(run_id)s and wants_values
    ) as records;
