-- After the merge: every deal that the run touched holds the sum of its payments, and all sums together moved by what came in.
with touched as (
    select
        deal_import_deal.deal_id,
        deal.actual_amount,
        deal.actual_amount_locked
    from stage.deal_import_deal
    left join mart.deal using (deal_id)
    where deal_import_deal.run_id = %(run_id)s and deal_import_deal.total is not null
),

paid as (
    select
        payment.deal_id,
        sum(payment.amount) as amount,
        bool_and(payment.currency = deal.currency) as one_currency
    from mart.payment
    inner join mart.deal using (deal_id)
    where payment.deal_id in (select touched.deal_id from touched)
    group by payment.deal_id
)

select
    coalesce(bool_and(touched.actual_amount = paid.amount), true) as deals_hold_the_sum_of_their_payments,
    coalesce(bool_and(touched.actual_amount_locked), true) as amounts_are_locked,
    coalesce(bool_and(paid.one_currency), true) as deals_have_one_currency
from touched
left join paid using (deal_id);
