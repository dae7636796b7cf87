-- Whether the run has told of something already.
select seq
from ops.run_log
where run_id = %(run_id)s and record_key is null and %(code)s = any(codes);
