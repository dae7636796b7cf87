-- How many records the run has to account for.
update ops.run
set staged = %(staged)s
where run_id = %(run_id)s;
