-- Parts that are nobody's any more.
delete from mart.bitrix24_deal_part as part
where
    part.account = %(account)s
    and not exists (
        select 1
        from stage.bitrix24_contact_totals_part as staged
        where
            staged.run_id = %(run_id)s and staged.deal_id = part.deal_id and staged.contact_id = part.contact_id
    );
