-- The state of the run, which nobody else can change until the transaction ends.
select state
from ops.run
where run_id = %(run_id)s
for update;
