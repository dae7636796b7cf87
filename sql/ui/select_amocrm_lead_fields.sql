-- One row a value of the fields of a lead that the settings let people see.
select
    held.field_id,
    coalesce(held.field_name, '№ ' || held.field_id) as name,
    held.field_type,
    held.field_code,
    held.value_index,
    held.value,
    held.value_num,
    held.value_bool,
    held.value_ts
from mart.v_amocrm_lead_field as held
where held.account = %(account)s and held.lead_id = %(lead)s
order by held.field_id, held.value_index
limit %(page_size)s;
