-- The reading of won deals that was proved whole, if its rows are still there.
select
    name,
    requests
from stage.scan
where run_id = %(run_id)s and name like 'deals%%' and finished_at is not null;
