-- What became of each contact about which something was sent, where it is not what was planned: the last attempt counts.
with latest as (
    select distinct on (key) *
    from ops.action
    where run_id = %(run_id)s and kind = 'set_totals'
    order by key asc, seq desc
),

sent as (
    select *
    from latest
    where
        state <> 'done'
        or response ?| array['gone', 'held', 'not_accepted', 'unsent_fields']
        or key in (
            select logged.record_key from ops.run_log as logged
            where logged.run_id = %(run_id)s and logged.outcome <> 'updated' and logged.record_key like 'contact:%%'
        )
),

told as (
    select
        key,
        error,
        response -> 'not_accepted' as not_accepted,
        response -> 'unsent_fields' as unsent_fields,
        case
            when state = 'done' then 'updated'
            when state = 'failed' then 'failed'
            when state = 'uncertain' then 'uncertain'
            when response ? 'gone' then 'gone'
            when response ? 'held' then 'no_field'
            else 'not_sent'
        end as outcome,
        array_remove(
            array[
                case when state = 'failed' and response ? 'not_accepted' then 'B24_NOT_ACCEPTED' end,
                case when state = 'failed' and not coalesce(response ? 'not_accepted', false) then 'B24_REFUSED' end,
                case when response ? 'gone' then 'B24_CONTACT_GONE' end,
                case when response ?| array['held', 'unsent_fields'] then 'B24_FIELD_MISSING' end,
                case
                    when
                        state in ('planned', 'sending')
                        or state = 'skipped' and not coalesce(response ?| array['gone', 'held'], false) then 'B24_NOT_SENT'
                end
            ], null
        ) as codes
    from sent
)

update ops.run_log
set
    outcome = told.outcome,
    codes = run_log.codes || array(
        select added.code
        from unnest(told.codes) as added (code)
        where added.code <> all(run_log.codes)
    ),
    severity = ops.worst_severity(run_log.codes || told.codes),
    details = run_log.details || jsonb_strip_nulls(
        jsonb_build_object(
            'error', told.error, 'not_accepted', told.not_accepted, 'unsent_fields', told.unsent_fields
        )
    )
from told
where run_log.run_id = %(run_id)s and run_log.record_key = told.key and run_log.outcome is not null;
