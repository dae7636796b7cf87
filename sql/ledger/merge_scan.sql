-- A reading has come further.
update stage.scan
set last_id = %(last_id)s, requests = %(requests)s, rows = %(rows)s
where run_id = %(run_id)s and name = %(name)s;
