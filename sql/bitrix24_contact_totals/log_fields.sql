-- One row a field that was to be created: an event of the run.
with sent as (
    select distinct on (key) *
    from ops.action
    where run_id = %(run_id)s and kind = 'create_field'
    order by key asc, seq desc
)

insert into ops.run_log (run_id, seq, severity, codes, details)
select
    %(run_id)s,
    row_number() over (order by sent.seq) + coalesce((
        select max(logged.seq) from ops.run_log as logged
        where logged.run_id = %(run_id)s
    ), 0),
    code.severity,
    array[code.code],
    jsonb_strip_nulls(
        jsonb_build_object(
            'field', sent.after ->> 'field_name', 'label', sent.after ->> 'label', 'error', sent.error
        )
    )
from sent
inner join ops.code
    on code.code = case sent.state
        when 'done' then 'B24_FIELD_CREATED'
        when 'failed' then 'B24_FIELD_NOT_CREATED'
        when 'skipped' then 'B24_NOT_SENT'
        else 'B24_FIELD_UNKNOWN_OUTCOME'
    end;
