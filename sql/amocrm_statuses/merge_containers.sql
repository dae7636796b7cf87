-- Containers: what the settings say and is not there comes in.
insert into mart.amocrm_container (account, funnel_id, container_id, title, position, marker)
select
    %(account)s,
    told.funnel_id,
    told.container_id,
    told.title,
    told.position,
    told.marker
from
    jsonb_to_recordset(%(mapping)s::jsonb -> 'containers')
        as told (
            funnel_id text, container_id text, title text, position integer, marker text
        )
on conflict do nothing;
