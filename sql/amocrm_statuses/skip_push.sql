-- Leads whose posting an earlier run has planned and never began, and which this run does not plan again: they stand elsewhere by now.
update mart.amocrm_sdh_push
set state = 'skipped', run_id = %(run_id)s
where account = %(account)s and state = 'new' and run_id <> %(run_id)s;
