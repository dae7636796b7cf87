-- Directions that the portal does not show any more.
update mart.bitrix24_funnel
set is_gone = true
where
    account = %(account)s
    and not is_gone
    and category_id not in (
        select staged.category_id from stage.bitrix24_funnel as staged
        where staged.run_id = %(run_id)s
    );
