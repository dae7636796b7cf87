-- What is known of an account, a row each, by the names of its columns; what is gone from it too.
select
    'account' as kind,
    to_jsonb(amocrm_account) as item
from mart.amocrm_account
where account = %(account)s
union all
select
    'pipeline' as kind,
    to_jsonb(amocrm_pipeline) as item
from mart.amocrm_pipeline
where account = %(account)s
union all
select
    'status' as kind,
    to_jsonb(amocrm_status) as item
from mart.amocrm_status
where account = %(account)s
union all
select
    'user' as kind,
    to_jsonb(amocrm_user) as item
from mart.amocrm_user
where account = %(account)s
union all
select
    'loss_reason' as kind,
    to_jsonb(amocrm_loss_reason) as item
from mart.amocrm_loss_reason
where account = %(account)s
union all
select
    'field' as kind,
    to_jsonb(amocrm_custom_field) as item
from mart.amocrm_custom_field
where account = %(account)s
union all
select
    'enum' as kind,
    to_jsonb(amocrm_custom_field_enum) as item
from mart.amocrm_custom_field_enum
where account = %(account)s;
