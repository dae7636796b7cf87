-- Records of the run by outcome, as planned.
select
    outcome,
    count(*) as records
from stage.bitrix24_contact_totals_amount
where run_id = %(run_id)s
group by outcome
union all
select
    'left',
    count(*)
from mart.bitrix24_deal as deal
left join stage.bitrix24_contact_totals_deal as staged
    on staged.run_id = %(run_id)s and deal.deal_id = staged.deal_id
where
    deal.account = %(account)s
    and (deal.is_won or deal.is_refused or deal.changed_run_id = %(run_id)s)
    and staged.deal_id is null
union all
select
    outcome,
    count(*)
from stage.bitrix24_contact_totals_decision
where run_id = %(run_id)s
group by outcome;
