-- How many deals the run looks at.
select count(*) as deals
from stage.bitrix24_deal_products_deal
where run_id = %(run_id)s;
