-- Funnels: what the settings say and is not there comes in.
insert into mart.amocrm_funnel (account, funnel_id, title, place)
select
    %(account)s,
    told.funnel_id,
    told.title,
    told.place
from
    jsonb_to_recordset(%(mapping)s::jsonb -> 'funnels')
        as told (
            funnel_id text, title text, place smallint
        )
on conflict do nothing;
