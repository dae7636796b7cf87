-- Directions that the portal shows.
select category_id
from stage.bitrix24_funnel
where run_id = %(run_id)s
order by category_id;
