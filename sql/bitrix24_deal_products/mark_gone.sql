-- Deals that were listed, and are not there any more.
update stage.bitrix24_deal_products_deal
set semantic = 'gone'
where run_id = %(run_id)s and deal_id = any(%(deal_ids)s);
