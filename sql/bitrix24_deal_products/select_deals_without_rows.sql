-- The next open deals whose product rows are still to be read, in order.
select deal_id
from stage.bitrix24_deal_products_deal
where run_id = %(run_id)s and semantic = 'P' and deal_id > %(after)s
order by deal_id
limit %(most)s;
