-- After the merge: every deal whose payments the run touched holds their sum, exactly, and is locked.
with paid as (
    select
        payment.deal_id,
        sum(payment.amount) as amount
    from mart.payment
    inner join stage.deal_import_deal using (deal_id)
    where deal_import_deal.run_id = %(run_id)s and deal_import_deal.total is not null
    group by payment.deal_id
)

select
    count(*) = (
        select count(*) from stage.deal_import_deal
        where run_id = %(run_id)s and total is not null
    ) as every_deal_has_payments,
    coalesce(bool_and(deal.actual_amount = paid.amount), true) as deals_hold_the_sum_of_their_payments,
    coalesce(bool_and(deal.actual_amount_locked), true) as amounts_are_locked
from paid
inner join mart.deal using (deal_id);
