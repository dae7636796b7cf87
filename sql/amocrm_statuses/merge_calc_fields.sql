-- Calculated fields: what the settings say and is not there comes in.
insert into mart.amocrm_calc_field (account, calc_id, title, expression, place)
select
    %(account)s,
    told.calc_id,
    told.title,
    told.expression,
    told.place
from
    jsonb_to_recordset(%(mapping)s::jsonb -> 'calc_fields')
        as told (
            calc_id text, title text, expression text, place smallint
        )
on conflict do nothing;
