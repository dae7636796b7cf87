-- Fields that analysts see: what the settings do not say in exactly this way goes.
delete from mart.amocrm_field_selection as kept
where
    kept.account = %(account)s
    and not exists (
        select from
            jsonb_to_recordset(%(mapping)s::jsonb -> 'selection')
                as told (
                    field_id bigint
                )
        where told.field_id = kept.field_id
    );
