-- Product rows that an earlier reading of this run has staged: it begins anew.
delete from stage.bitrix24_deal_products_row
where run_id = %(run_id)s;
