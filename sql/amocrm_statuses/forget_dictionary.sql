-- What an earlier attempt has staged of the account goes.
delete from stage.amocrm_statuses_dictionary
where run_id = %(run_id)s;
