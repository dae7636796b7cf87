-- The file landed for this run, if it has got that far.
select
    uri,
    sha256,
    bytes,
    landed_at
from ops.landed_file
where run_id = %(run_id)s;
