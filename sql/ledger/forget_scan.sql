-- A reading that is to begin anew.
delete from stage.scan
where run_id = %(run_id)s and name = %(name)s;
