-- How many records the run has to account for, and that they are all there.
with noted as (
    insert into stage.staged_run (run_id) values (%(run_id)s)
    on conflict (run_id) do nothing
)

update ops.run
set staged = %(staged)s
where run_id = %(run_id)s;
