-- One row a calculated field of a lead.
select
    field.title,
    field.expression,
    held.value,
    held.problem
from mart.amocrm_calc_field as field
inner join mart.amocrm_lead_calculated_value as held
    on held.lead_id = %(lead)s and field.account = held.account and field.calc_id = held.calc_id
where field.account = %(account)s
order by field.place;
