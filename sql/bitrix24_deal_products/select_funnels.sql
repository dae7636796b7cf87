-- The funnels that the portal has shown at the beginning of the run.
select category_id
from stage.bitrix24_funnel
where run_id = %(run_id)s
order by category_id;
