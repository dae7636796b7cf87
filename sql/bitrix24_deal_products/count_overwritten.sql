-- Won deals in which the portal has put the day of winning in the place of the trip's, and nobody has put that back.
select count(*) as deals
from mart.bitrix24_deal_product
where account = %(account)s and state = 'frozen' and 'B24_CLOSEDATE_OVERWRITTEN' = any(codes);
