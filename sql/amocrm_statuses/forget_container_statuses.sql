-- Which container a status is in: what the settings do not say in exactly this way goes.
delete from mart.amocrm_container_status as kept
where
    kept.account = %(account)s
    and not exists (
        select from
            jsonb_to_recordset(%(mapping)s::jsonb -> 'container_statuses')
                as told (
                    pipeline_id bigint, status_id bigint, funnel_id text, container_id text
                )
        where
            (told.pipeline_id, told.status_id, told.funnel_id, told.container_id) is not distinct from (
                kept.pipeline_id, kept.status_id, kept.funnel_id, kept.container_id
            )
    );
