-- A plan made anew decides anew.
delete from stage.bitrix24_deal_products_decision
where run_id = %(run_id)s;
