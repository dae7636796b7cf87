-- Deals that were open when we saw them last.
select deal_id
from mart.bitrix24_deal_product
where account = %(account)s and state <> 'frozen'
order by deal_id;
