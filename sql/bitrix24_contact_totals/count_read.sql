-- How many won deals were read up to the largest number there was before the reading began.
select count(*) as deals
from stage.bitrix24_contact_totals_deal
where run_id = %(run_id)s and (%(head)s::bigint is null or deal_id <= %(head)s);
