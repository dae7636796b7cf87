-- The status in which new deals are opened.
select status_id
from mart.deal_status
where kind = 'new'
order by status_id
limit 1;
