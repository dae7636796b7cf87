-- Containers: what the settings do not say in exactly this way goes.
delete from mart.amocrm_container as kept
where
    kept.account = %(account)s
    and not exists (
        select from
            jsonb_to_recordset(%(mapping)s::jsonb -> 'containers')
                as told (
                    funnel_id text, container_id text, title text, position integer, marker text
                )
        where
            (told.funnel_id, told.container_id, told.title, told.position, told.marker) is not distinct from (
                kept.funnel_id, kept.container_id, kept.title, kept.position, kept.marker
            )
    );
