-- What the account told this run of itself.
select
    kind,
    item
from stage.amocrm_statuses_dictionary
where run_id = %(run_id)s
order by kind, place;
