-- Types of the fields that rules and formulas name, also of those that are gone; and the zone of the account.
select
    coalesce(jsonb_object_agg(field.field_id, field.type) filter (where field.field_id is not null), '{}') as types,
    max(account.timezone) as timezone
from mart.amocrm_account as account
left join mart.amocrm_custom_field as field
    on account.account = field.account and field.entity_type = 'leads' and field.field_id = any(%(fields)s::bigint[])
where account.account = %(account)s;
