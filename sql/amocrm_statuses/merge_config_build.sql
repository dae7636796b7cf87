-- One row a full build.
insert into mart.amocrm_config_build (account, run_id, config_hash, settings, timezone, history_from, leads, built_at)
select
    %(account)s,
    %(run_id)s,
    %(config_hash)s,
    %(settings)s,
    %(zone)s,
    %(history_from)s::timestamptz,
    (
        select count(*) from stage.amocrm_statuses_affected
        where run_id = %(run_id)s
    ),
    %(now)s
on conflict (account, run_id) do nothing;
