-- One row a lead and calculated field; those that are there already are as they should be.
insert into mart.amocrm_lead_calculated_value (account, lead_id, calc_id, value, problem)
select
    %(account)s,
    staged.lead_id,
    staged.calc_id,
    staged.value,
    staged.problem
from stage.amocrm_statuses_calculated as staged
where
    staged.run_id = %(run_id)s
    and not exists (
        select from mart.amocrm_lead_calculated_value as kept
        where kept.account = %(account)s and kept.lead_id = staged.lead_id and kept.calc_id = staged.calc_id
    )
order by staged.lead_id, staged.calc_id;
