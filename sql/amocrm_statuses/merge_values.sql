-- Values of custom fields of a lead that came with a new reading: what is not there yet comes in.
insert into mart.amocrm_lead_custom_field_value (
    account, lead_id, field_id, value_index, value_text, value_num, value_ts, value_bool, enum_id, enum_code, value_json
)
select
    %(account)s,
    staged.lead_id,
    staged.field_id,
    staged.value_index,
    staged.value_text,
    staged.value_num,
    staged.value_ts,
    staged.value_bool,
    staged.enum_id,
    staged.enum_code,
    staged.value_json
from stage.amocrm_statuses_reread as changed
inner join stage.amocrm_statuses_value as staged
    on staged.run_id = %(run_id)s and changed.read_no = staged.read_no and changed.lead_id = staged.lead_id
where
    changed.run_id = %(run_id)s
    and not exists (
        select from mart.amocrm_lead_custom_field_value as kept
        where
            kept.account = %(account)s
            and kept.lead_id = staged.lead_id
            and kept.field_id = staged.field_id
            and kept.value_index = staged.value_index
    )
order by staged.lead_id, staged.field_id, staged.value_index
on conflict (account, lead_id, field_id, value_index) do nothing;
