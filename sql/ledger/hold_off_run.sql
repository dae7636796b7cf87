-- Until when nobody needs to work on the run; null: it goes on.
update ops.run
set waits_until = %(until)s
where run_id = %(run_id)s and waits_until is distinct from %(until)s;
