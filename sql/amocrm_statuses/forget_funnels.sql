-- Funnels: what the settings do not say in exactly this way goes.
delete from mart.amocrm_funnel as kept
where
    kept.account = %(account)s
    and not exists (
        select from
            jsonb_to_recordset(%(mapping)s::jsonb -> 'funnels')
                as told (
                    funnel_id text, title text, place smallint
                )
        where (told.funnel_id, told.title, told.place) is not distinct from (kept.funnel_id, kept.title, kept.place)
    );
