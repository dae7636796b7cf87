-- Values of custom fields of a lead that came with a new reading: what that reading does not have goes.
delete from mart.amocrm_lead_custom_field_value as kept
using stage.amocrm_statuses_reread as changed
where
    kept.account = %(account)s
    and changed.run_id = %(run_id)s
    and kept.lead_id = changed.lead_id
    and not exists (
        select from stage.amocrm_statuses_value as staged
        where
            staged.run_id = %(run_id)s
            and staged.read_no = changed.read_no
            and staged.lead_id = kept.lead_id
            and staged.field_id = kept.field_id
            and staged.value_index = kept.value_index
            and (
                staged.value_text, staged.value_num, staged.value_ts, staged.value_bool, staged.enum_id, staged.enum_code, staged.value_json
            )
            is not distinct from (
                kept.value_text, kept.value_num, kept.value_ts, kept.value_bool, kept.enum_id, kept.enum_code, kept.value_json
            )
    );
