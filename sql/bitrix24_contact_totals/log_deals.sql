-- One row a deal that does not count, that has left, or of which something is new that deserves a look.
with known as (
    select *
    from mart.bitrix24_deal
    where account = %(account)s and (is_won or is_refused or changed_run_id = %(run_id)s)
),

told as (
    select
        amount.deal_id,
        staged.title,
        amount.outcome,
        case when amount.outcome = 'counted' then array(
            select code.code
            from unnest(amount.codes) as code (code)
            where code.code = any(array['B24_CLOSEDATE_EMPTY', 'B24_HISTORY_MISSING', 'B24_RATE_FROZEN'])
        ) else amount.codes end as codes,
        jsonb_strip_nulls(
            jsonb_build_object(
                'title', staged.title,
                'sum', staged.opportunity::text,
                'currency', staged.currency,
                'rate', case when amount.rate <> 1 then trim_scale(round(amount.rate, 10))::text end,
                'year', amount.year,
                'direction', coalesce(funnel.name, amount.category_id::text)
            )
        ) as details,
        (
            known.changed_run_id = %(run_id)s
            or known.year is distinct from amount.year
            or known.amount_minor is distinct from amount.amount_minor
            or known.contact_ids is distinct from amount.contact_ids
        ) as is_news
    from stage.bitrix24_contact_totals_amount as amount
    inner join stage.bitrix24_contact_totals_deal as staged
        on amount.run_id = staged.run_id and amount.deal_id = staged.deal_id
    left join stage.bitrix24_funnel as funnel
        on amount.run_id = funnel.run_id and amount.category_id = funnel.category_id
    left join known on amount.deal_id = known.deal_id
    where amount.run_id = %(run_id)s and (amount.outcome <> 'counted' or amount.codes <> '{}')
),

gone as (
    select
        known.deal_id,
        known.title,
        'left' as outcome,
        array['B24_DEAL_LEFT'] as codes,
        jsonb_strip_nulls(
            jsonb_build_object(
                'title', known.title,
                'sum', known.opportunity::text,
                'currency', known.currency,
                'year', known.year,
                'direction', coalesce(funnel.name, known.category_id::text)
            )
        ) as details,
        true as is_news
    from known
    left join mart.bitrix24_funnel as funnel
        on known.account = funnel.account and known.category_id = funnel.category_id
    left join stage.bitrix24_contact_totals_deal as staged
        on staged.run_id = %(run_id)s and known.deal_id = staged.deal_id
    where staged.deal_id is null
),

noted as (
    select * from told
    where codes <> '{}' and (outcome = 'refused' or is_news)
    union all
    select * from gone
)

insert into ops.run_log (run_id, seq, severity, outcome, codes, record_key, details)
select
    %(run_id)s,
    row_number() over (order by noted.deal_id) + coalesce((
        select max(logged.seq) from ops.run_log as logged
        where logged.run_id = %(run_id)s
    ), 0),
    ops.worst_severity(noted.codes),
    noted.outcome,
    noted.codes,
    'deal:' || noted.deal_id,
    noted.details
from noted;
