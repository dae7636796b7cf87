-- What the run has told of itself by a code.
select details ->> 'message' as message
from ops.run_log
where run_id = %(run_id)s and record_key is null and %(code)s = any(codes);
