-- One row a pending status in the order they are set (leadexpert 8, step 20): those of payments that this run binds or overwrites,
-- and those that earlier runs left. The deal's status before it is what the one before it set, or the deal's own.
with settled as (
    select
        deal_import_row.record_id,
        deal_import_row.position,
        deal_import_record.raw_status,
        deal_import_record.status_key
    from stage.deal_import_row
    inner join stage.deal_import_record using (run_id, position)
    where deal_import_row.run_id = %(run_id)s and deal_import_row.class in ('overwritten', 'pending')
),

pending as (
    select
        deal_import_decision.record_id,
        deal_import_decision.position,
        deal_import_decision.deal_id,
        deal_import_record.payment_date as paid_at,
        deal_import_decision.position as file_position,
        deal_import_record.status_key
    from stage.deal_import_decision
    inner join stage.deal_import_record using (run_id, position)
    where deal_import_decision.run_id = %(run_id)s and deal_import_decision.status_pending
    union all
    select
        payment.record_id,
        settled.position,
        payment.deal_id,
        payment.paid_at,
        coalesce(settled.position, payment.file_position),
        coalesce(settled.status_key, payment.status_key)
    from mart.payment
    left join settled using (record_id)
    where
        payment.source = %(source)s
        and (payment.status_pending or settled.status_key is distinct from payment.status_key)
        and (payment.status_pending or settled.status_key is not null)
),

on_deal as (
    select
        pending.*,
        coalesce(opener.status_id, deal.status_id) as deal_status_id,
        row_number() over (order by pending.paid_at, pending.file_position, pending.record_id) as place
    from pending
    left join mart.deal using (deal_id)
    left join stage.deal_import_decision as opener
        on pending.deal_id = opener.deal_id and opener.deal_created and opener.run_id = %(run_id)s
    where coalesce(opener.status_id, deal.status_id) is not null
),

judged as (
    select
        on_deal.*,
        case
            when deal_import_status.kind is null then 'UNKNOWN_STATUS'
            when deal_import_status.kind = 'repeat' then 'STATUS_REPEAT_REFUSED'
            else 'DEAL_STATUS_SET'
        end as code,
        case when deal_import_status.kind <> 'repeat' then deal_import_status.status_id end as new_status_id
    from on_deal
    left join stage.deal_import_status
        on on_deal.status_key = deal_import_status.status_key and deal_import_status.run_id = %(run_id)s
),

first_of_text as (
    select min(place) as place from on_deal
    group by status_key
)

insert into stage.deal_import_status_change (
    run_id, record_id, position, deal_id, place, code, first_of_text, old_status_id, new_status_id
)
select
    %(run_id)s,
    record_id,
    position,
    deal_id,
    place,
    code,
    place in (select place from first_of_text),
    coalesce(lag(new_status_id) over (partition by deal_id, code order by place), deal_status_id),
    new_status_id
from judged;
