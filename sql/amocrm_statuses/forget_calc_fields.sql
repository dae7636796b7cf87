-- Calculated fields: what the settings do not say in exactly this way goes.
delete from mart.amocrm_calc_field as kept
where
    kept.account = %(account)s
    and not exists (
        select from
            jsonb_to_recordset(%(mapping)s::jsonb -> 'calc_fields')
                as told (
                    calc_id text, title text, expression text, place smallint
                )
        where
            (told.calc_id, told.title, told.expression, told.place) is not distinct from (
                kept.calc_id, kept.title, kept.expression, kept.place
            )
    );
