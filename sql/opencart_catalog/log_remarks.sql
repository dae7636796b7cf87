-- One row a remark: no item, hence no outcome.
insert into ops.run_log (run_id, seq, severity, codes, record_key, details)
select
    %(run_id)s,
    row_number() over (order by remark.code, remark.record_key) + coalesce((
        select max(logged.seq) from ops.run_log as logged
        where logged.run_id = %(run_id)s
    ), 0),
    code.severity,
    array[remark.code],
    remark.record_key,
    remark.details
from stage.opencart_catalog_remark as remark
inner join ops.code on remark.code = code.code
where
    remark.run_id = %(run_id)s
    and not exists (
        select 1
        from ops.run_log as logged
        where logged.run_id = %(run_id)s and logged.record_key = remark.record_key and remark.code = any(logged.codes)
    );
