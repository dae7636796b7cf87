-- How many rows each rule found a client for.
select
    rule,
    count(*) as rows
from stage.client_match
where run_id = %(run_id)s
group by rule, rank
order by rank desc;
