-- Fields that analysts see: what the settings say and is not there comes in.
insert into mart.amocrm_field_selection (account, field_id)
select
    %(account)s,
    told.field_id
from
    jsonb_to_recordset(%(mapping)s::jsonb -> 'selection')
        as told (
            field_id bigint
        )
on conflict do nothing;
