-- How many deals the plan changes.
select count(*) as deals
from stage.bitrix24_deal_products_decision
where run_id = %(run_id)s and kind is not null;
