-- One row a record that is not merely unchanged: what becomes of it (leadexpert 8, steps 4 to 9). Unknown records are numbered in
-- the order they are taken: payment date, then place in the file.
with repeated as (
    select
        record_id,
        min(position) as first_position
    from stage.deal_import_record
    where run_id = %(run_id)s and actual_amount is not null and faults is null
    group by record_id
    having count(*) > 1
),

repeat as (
    select
        again.position,
        first.position as first_position,
        row(
            again.conversion_id, again.external_id, again.actual_amount, again.potential_amount, again.currency,
            again.status_key, again.payment_date, again.deal_date, again.comment, again.tsuid, again.phones,
            again.emails, again.name, again.company, again.fields
        )::text as its_content,
        row(
            first.conversion_id, first.external_id, first.actual_amount, first.potential_amount, first.currency,
            first.status_key, first.payment_date, first.deal_date, first.comment, first.tsuid, first.phones,
            first.emails, first.name, first.company, first.fields
        )::text as first_content
    from repeated
    inner join stage.deal_import_record as first
        on repeated.first_position = first.position and first.run_id = %(run_id)s
    inner join stage.deal_import_record as again
        on
            repeated.record_id = again.record_id
            and repeated.first_position < again.position
            and again.run_id = %(run_id)s
            and again.actual_amount is not null
            and again.faults is null
),

compared as (
    select
        record.position,
        record.record_id,
        record.payment_date,
        record.faults,
        record.fault_details,
        record.actual_amount,
        record.raw_status,
        repeat.first_position,
        repeat.its_content = repeat.first_content as identical,
        payment.record_id is not null as known,
        payment.amount,
        payment.raw_status as kept_status,
        payment.status_pending,
        deal.deal_id is not null as deal_exists,
        record.actual_amount <> payment.amount as amount_differs,
        coalesce(record.status_key <> coalesce(payment.status_key, ''), false) as status_differs,
        (coalesce(record.tsuid, record.phones[1], record.emails[1]) is null) as anonymous
    from stage.deal_import_record as record
    left join repeat using (position)
    left join mart.payment on record.record_id = payment.record_id and payment.source = %(source)s
    left join mart.deal on payment.deal_id = deal.deal_id
    where record.run_id = %(run_id)s
),

judged as (
    select
        *,
        case
            when faults is not null then faults
            when actual_amount is null then array['IGNORED_NO_ACTUAL_AMOUNT']
            when identical then array['SKIPPED_DUPLICATE_IN_FILE']
            when first_position is not null then array['CONFLICTING_DUPLICATE_IN_FILE']
            when known and not deal_exists then array['BOUND_DEAL_MISSING']
            when known and (amount_differs or status_differs) then array['RECORD_OVERWRITTEN']
            when known then array['SKIPPED_ALREADY_IMPORTED']
            else array_remove(
                array[
                    case when payment_date is null then 'MISSING_PAYMENT_DATE' end,
                    case when anonymous then 'NO_CLIENT_IDENTITY' end
                ],
                null
            )
        end as codes
    from compared
),

classified as (
    select
        *,
        case
            when codes = '{}' then 'new'
            when codes = '{RECORD_OVERWRITTEN}' then 'overwritten'
            when codes = '{SKIPPED_ALREADY_IMPORTED}' then 'pending'
            when codes = '{IGNORED_NO_ACTUAL_AMOUNT}' then 'ignored'
            when codes = '{SKIPPED_DUPLICATE_IN_FILE}' then 'duplicate'
            else 'refused'
        end as class
    from judged
    where not (codes = '{SKIPPED_ALREADY_IMPORTED}' and not status_pending)
)

insert into stage.deal_import_row (run_id, position, row_no, record_id, class, codes, details)
select
    %(run_id)s,
    position,
    case when class = 'new' then row_number() over (partition by class = 'new' order by payment_date, position) end,
    record_id,
    class,
    codes,
    case
        when fault_details is not null then jsonb_build_object('faults', fault_details)
        when class = 'overwritten'
            then
                jsonb_strip_nulls(jsonb_build_object(
                    'actual_amount',
                    case when amount_differs then jsonb_build_object('old', amount::text, 'new', actual_amount::text) end,
                    'status',
                    case when status_differs then jsonb_build_object('old', kept_status, 'new', raw_status) end
                ))
        when first_position is not null then jsonb_build_object('first_position', first_position)
        else '{}'
    end
from classified;
