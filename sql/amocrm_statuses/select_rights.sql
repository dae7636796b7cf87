-- What the account showed of the rights of whoever gave access: when the run began, and later.
select
    place,
    item
from stage.amocrm_statuses_dictionary
where run_id = %(run_id)s and kind = 'rights'
order by place;
