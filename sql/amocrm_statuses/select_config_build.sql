-- What the marts were built with last.
select
    run_id,
    config_hash,
    settings,
    timezone,
    history_from,
    leads
from mart.amocrm_config_build
where account = %(account)s
order by run_id desc
limit 1;
