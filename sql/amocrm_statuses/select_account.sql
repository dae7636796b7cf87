-- What the account told this run of itself, its lists apart.
select item
from stage.amocrm_statuses_dictionary
where run_id = %(run_id)s and kind = 'account';
