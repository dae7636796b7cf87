-- How many won deals are closed on the very day on which they were won.
select
    count(*) as deals,
    count(*) filter (where closed_on = moved_on) as same_day
from stage.bitrix24_contact_totals_deal
where run_id = %(run_id)s;
