-- What became of each order that something was to be sent about, where it is not what was decided.
with sent as (
    select
        key,
        bool_or(state = 'failed') as failed,
        bool_or(state = 'uncertain') as uncertain,
        bool_or(state in ('planned', 'sending', 'skipped')) as unsent,
        string_agg(error, '; ' order by seq) filter (where state <> 'done') as error
    from ops.action
    where run_id = %(run_id)s and target = 'calltouch'
    group by key
),

told as (
    select
        key,
        error,
        case when failed then 'refused' when uncertain then 'uncertain' else 'not_sent' end as outcome,
        case when failed then 'REJECTED' when uncertain then 'OUTCOME_UNKNOWN' else 'NOT_SENT' end as code,
        case when failed then 'error' else 'warning' end as severity
    from sent
    where failed or uncertain or unsent
)

update ops.run_log
set
    outcome = told.outcome,
    codes = array_append(array_remove(run_log.codes, told.code), told.code),
    severity = case when run_log.severity = 'error' then 'error' else told.severity end,
    details = run_log.details || jsonb_strip_nulls(jsonb_build_object('error', told.error))
from told
where
    run_log.run_id = %(run_id)s
    and run_log.record_key = told.key
    and run_log.outcome not like 'source%%'
    and (run_log.outcome, run_log.codes) is distinct from (told.outcome, array_append(array_remove(run_log.codes, told.code), told.code));
