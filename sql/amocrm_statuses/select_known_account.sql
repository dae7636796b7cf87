-- The account as it was read last.
select
    account_id,
    host,
    timezone
from mart.amocrm_account
where account = %(account)s;
