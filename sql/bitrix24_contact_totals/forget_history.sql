-- What an earlier attempt at this run has found goes.
delete from mart.contact_year_total_history
where account = %(account)s and run_id = %(run_id)s and valid_from = %(moment)s;
