-- What the account showed before and shows no longer is marked; nothing is, when nothing of the kind was read.
update mart.amocrm_custom_field_enum as kept
set is_gone = true, changed_run_id = %(run_id)s
where
    kept.account = %(account)s
    and not kept.is_gone
    and exists (
        select from stage.amocrm_statuses_dictionary as staged
        where staged.run_id = %(run_id)s and staged.kind = 'enum'
    )
    and not exists (
        select from stage.amocrm_statuses_dictionary as staged
        cross join lateral jsonb_to_record(staged.item) as told (entity_type text, field_id bigint, enum_id bigint)
        where
            staged.run_id = %(run_id)s
            and staged.kind = 'enum'
            and told.entity_type = kept.entity_type
            and told.field_id = kept.field_id
            and told.enum_id = kept.enum_id
    );
