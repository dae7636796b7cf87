-- One row a deal that the run touches: the sum of all its payments as it will be, its currency and its last status.
with added as (
    select
        deal_id,
        bool_or(deal_created) as created,
        sum(amount) as amount,
        min(currency) as currency
    from stage.deal_import_decision
    where run_id = %(run_id)s and applies
    group by deal_id
),

overwritten as (
    select
        payment.deal_id,
        sum(deal_import_record.actual_amount - payment.amount) as amount
    from stage.deal_import_row
    inner join stage.deal_import_record using (run_id, position)
    inner join mart.payment
        on deal_import_row.record_id = payment.record_id and payment.source = %(source)s
    where
        deal_import_row.run_id = %(run_id)s
        and deal_import_row.class = 'overwritten'
        and deal_import_record.actual_amount <> payment.amount
    group by payment.deal_id
),

summed as (
    select
        coalesce(added.deal_id, overwritten.deal_id) as deal_id,
        coalesce(added.created, false) as created,
        coalesce(added.amount, 0) + coalesce(overwritten.amount, 0) as change,
        added.currency
    from added
    full join overwritten on added.deal_id = overwritten.deal_id
),

before as (
    select
        deal_id,
        sum(amount) as amount
    from mart.payment
    where
        deal_id in (
            select deal_id from summed
            where not created
        )
    group by deal_id
),

last_status as (
    select distinct on (deal_id)
        deal_id,
        new_status_id
    from stage.deal_import_status_change
    where run_id = %(run_id)s and code = 'DEAL_STATUS_SET'
    order by deal_id asc, place desc
)

insert into stage.deal_import_deal (run_id, deal_id, created, total, currency, status_id)
select
    %(run_id)s,
    coalesce(summed.deal_id, last_status.deal_id),
    coalesce(summed.created, false),
    coalesce(before.amount, 0) + summed.change,
    summed.currency,
    last_status.new_status_id
from summed
left join before on summed.deal_id = before.deal_id
full join last_status on summed.deal_id = last_status.deal_id;
