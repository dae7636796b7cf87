-- Deals that were open when we saw them last, or whose date is still to be repaired.
select deal_id
from mart.bitrix24_deal_product
where account = %(account)s and (state <> 'frozen' or (%(repairs)s and 'B24_CLOSEDATE_OVERWRITTEN' = any(codes)))
order by deal_id;
