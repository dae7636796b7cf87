-- The portal's moment at which this run began to read, unless another run has begun since.
select value
from ops.cursor
where pipeline = %(pipeline)s and source = %(source)s and name = 'read_at' and run_id = %(run_id)s;
