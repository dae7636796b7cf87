-- One row an event of the run itself, after all rows it has.
insert into ops.run_log (run_id, seq, severity, codes, details)
select
    %(run_id)s,
    coalesce((
        select max(run_log.seq) from ops.run_log
        where run_log.run_id = %(run_id)s
    ), 0) + 1,
    code.severity,
    array[code.code],
    %(details)s
from ops.code
where code.code = %(code)s;
