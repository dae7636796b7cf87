-- What became of each deal that something was sent to, where it is not what was planned.
with told as (
    select
        judged.*,
        array_remove(
            array[
                case when judged.outcome = 'failed' and judged.is_held_otherwise then 'B24_NOT_ACCEPTED' end,
                case when judged.outcome = 'failed' and not judged.is_held_otherwise then 'B24_REFUSED' end,
                case when judged.outcome = 'gone' then 'B24_DEAL_GONE' end,
                case when judged.outcome = 'frozen' then 'B24_CLOSED_MEANWHILE' end,
                case when judged.outcome in ('uncertain', 'not_sent') then 'B24_NOT_SENT' end
            ], null
        ) as codes
    from (
        select distinct on (action.key)
            action.key,
            action.error,
            action.response -> 'not_accepted' as not_accepted,
            coalesce(action.response ? 'not_accepted', false) as is_held_otherwise,
            case
                when action.state in ('failed', 'uncertain') then action.state
                when action.response ? 'gone' then 'gone'
                when action.response ? 'closed' then 'frozen'
                when action.state <> 'done' then 'not_sent'
            end as outcome
        from ops.action
        where action.run_id = %(run_id)s
        order by action.key asc, action.seq desc
    ) as judged
    where judged.outcome is not null
)

update ops.run_log
set
    outcome = told.outcome,
    codes = array(
        select kept.code
        from unnest(run_log.codes) as kept (code)
        where kept.code not in ('B24_COPIED', 'B24_CLOSEDATE_REPAIRED') and kept.code <> all(told.codes)
    ) || told.codes,
    severity = coalesce(ops.worst_severity(run_log.codes || told.codes), 'info'),
    details = run_log.details || jsonb_strip_nulls(jsonb_build_object('error', told.error, 'not_accepted', told.not_accepted))
from told
where run_log.run_id = %(run_id)s and run_log.record_key = told.key;
