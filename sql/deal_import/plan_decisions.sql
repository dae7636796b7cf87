-- One row an unknown record: which client, which deal, what moves, or why it is refused (leadexpert 8, steps 10 to 19).
with crowded as (
    select client_id from stage.client_match
    where run_id = %(run_id)s
    group by client_id
    having count(*) > 1
),

matched as (
    select
        deal_import_row.row_no,
        deal_import_row.position,
        deal_import_row.record_id,
        deal_import_record.actual_amount,
        deal_import_record.currency,
        deal_import_record.raw_status,
        deal_import_record.deal_date,
        deal_import_record.tsuid is null as without_tsuid,
        coalesce(deal_import_record.deal_date, deal_import_record.payment_date) as opens_at,
        deal_import_status.status_id as mapped_id,
        deal_import_status.kind as mapped_kind,
        client_match.client_id,
        client_match.rule as client_rule,
        client_match.created as client_created,
        client_match.ambiguous,
        client_match.conflicting,
        client_match.conflicts,
        deal_match.deal_id,
        deal_match.rule as deal_rule,
        deal_match.created as deal_created,
        deal_match.barred,
        deal_match.elsewhere,
        deal_match.conflict,
        deal.currency as deal_currency,
        deal.created_at as deal_created_at,
        case when not deal.actual_amount_locked then deal.actual_amount end as manual_amount,
        client_stats.last_deal_at,
        run.started_at as now,
        crowded.client_id is not null as in_crowd
    from stage.deal_import_row
    inner join ops.run using (run_id)
    inner join stage.deal_import_record using (run_id, position)
    left join stage.client_match using (run_id, row_no)
    left join stage.deal_match using (run_id, row_no)
    left join stage.deal_import_status using (run_id, status_key)
    left join mart.deal on deal_match.deal_id = deal.deal_id and not deal_match.deal_is_new
    left join mart.client_stats on client_match.client_id = client_stats.client_id
    left join crowded on client_match.client_id = crowded.client_id
    where deal_import_row.run_id = %(run_id)s and deal_import_row.class = 'new'
),

-- Order tells only where a client has several records. The first one bound to a deal of the run is the one that opens it; a deal
-- without currency takes that of the first record.
bound as (
    select
        row_no,
        client_id,
        deal_id,
        last_deal_at,
        now,
        currency,
        deal_date,
        coalesce(deal_currency, first_value(currency) over of_deal) as currency_of_deal,
        coalesce(deal_created_at, first_value(opens_at) over of_deal) as date_of_deal
    from matched
    where in_crowd
    window of_deal as (partition by deal_id order by row_no)
),

ordered as (
    select
        *,
        currency = currency_of_deal as applies,
        coalesce(deal_date, date_of_deal) as deal_at
    from bound
),

dated as (
    select
        row_no,
        currency_of_deal,
        date_of_deal,
        greatest(last_deal_at, max(deal_at) filter (where applies and deal_at <= now) over earlier) as last_before,
        row_number() over (partition by deal_id, applies order by row_no) = 1 as first_of_deal
    from ordered
    window earlier as (
        partition by client_id order by row_no rows between unbounded preceding and 1 preceding
    )
),

placed as (
    select
        matched.*,
        case when in_crowd then dated.currency_of_deal else coalesce(deal_currency, currency) end as currency_of_deal,
        coalesce(deal_date, case when in_crowd then dated.date_of_deal else coalesce(deal_created_at, opens_at) end)
            as deal_at,
        case when in_crowd then dated.last_before else last_deal_at end as last_before,
        not in_crowd or dated.first_of_deal as first_of_deal
    from matched
    left join dated using (row_no)
),

judged as (
    select
        *,
        client_id is not null and currency = currency_of_deal as applies
    from placed
),

decided as (
    select
        *,
        applies and deal_at <= now and (last_before is null or deal_at > last_before) as moves,
        raw_status is not null and (not deal_created or mapped_id is null) as status_waits,
        case when applies and first_of_deal then manual_amount end as replaced_amount
    from judged
)

insert into stage.deal_import_decision (
    run_id, row_no, position, record_id, applies, client_id, client_created, deal_id, deal_created, bound_by, amount,
    currency, status_id, status_pending, deal_date, manual_amount, last_deal_before, last_deal_at, codes, details
)
select
    %(run_id)s,
    row_no,
    position,
    record_id,
    applies,
    client_id,
    coalesce(client_created, false),
    deal_id,
    coalesce(deal_created, false),
    deal_rule,
    actual_amount,
    currency,
    case
        when deal_created and mapped_kind <> 'repeat' then mapped_id
        when deal_created then new_status.status_id
    end,
    applies and status_waits,
    deal_date,
    replaced_amount,
    last_before,
    case when moves then deal_at end,
    case when client_id is null then array['TSUID_REQUIRED'] else array_remove(
        array[
            case when client_created then 'CLIENT_CREATED' else 'CLIENT_FOUND' end,
            case when client_created and without_tsuid then 'CLIENT_WITHOUT_TSUID' end,
            case when ambiguous then 'CLIENT_AMBIGUOUS' end,
            case when conflicting then 'CLIENT_CONFLICT' end,
            case when barred then 'REPEAT_DEAL_SKIPPED' end,
            case when elsewhere then 'ID_OWNED_BY_OTHER_CLIENT' end,
            case when conflict then 'ID_CONFLICT' end,
            case when deal_created then 'DEAL_CREATED' end,
            case when deal_created and mapped_kind = 'repeat' then 'STATUS_REPEAT_REFUSED' end,
            case when applies then 'PAYMENT_BOUND' else 'CURRENCY_MISMATCH' end,
            case when moves then 'LAST_DEAL_DATE_MOVED' end,
            case when applies and deal_at > now then 'FUTURE_DEAL_DATE' end
        ],
        null
    ) end,
    json_object(
        'client': case
            when client_created is false
                then json_object('rule': client_rule, 'others': to_jsonb(conflicts) absent on null returning jsonb)
        end,
        'deal': case when applies then json_object('rule': deal_rule absent on null returning jsonb) end,
        'amount': actual_amount::text,
        'currency': currency,
        'manual_amount': replaced_amount::text,
        'raw_status': case when deal_created and mapped_kind = 'repeat' then raw_status end,
        'last_deal_at': case
            when moves then json_object('old': last_before, 'new': deal_at absent on null returning jsonb)
        end,
        'currency_mismatch': case
            when not applies and client_id is not null
                then json_object('deal': currency_of_deal, 'record': currency absent on null returning jsonb)
        end
        absent on null returning jsonb
    )
from decided
cross join (
    select min(status_id) as status_id
    from stage.deal_import_status
    where run_id = %(run_id)s and kind = 'new'
) as new_status;
