-- One row the account, as it tells of itself; a row that is as it was keeps its run.
insert into mart.amocrm_account as kept (
    account, account_id, name, subdomain, host, timezone, currency, is_filter_enabled, is_loss_reason_enabled, changed_run_id
)
select
    %(account)s,
    told.account_id,
    told.name,
    told.subdomain,
    told.host,
    told.timezone,
    told.currency,
    told.is_filter_enabled,
    told.is_loss_reason_enabled,
    %(run_id)s
from stage.amocrm_statuses_dictionary as staged
cross join
    lateral jsonb_to_record(staged.item)
        as told (
            account_id bigint, name text, subdomain text, host text, timezone text, currency text, is_filter_enabled boolean,
            is_loss_reason_enabled boolean
        )
where staged.run_id = %(run_id)s and staged.kind = 'account'
order by staged.place
on conflict (account) do update
    set
        account_id = excluded.account_id,
        name = excluded.name,
        subdomain = excluded.subdomain,
        host = excluded.host,
        timezone = excluded.timezone,
        currency = excluded.currency,
        is_filter_enabled = excluded.is_filter_enabled,
        is_loss_reason_enabled = excluded.is_loss_reason_enabled,
        changed_run_id = excluded.changed_run_id
    where
    (
        kept.account_id, kept.name, kept.subdomain, kept.host, kept.timezone, kept.currency, kept.is_filter_enabled,
        kept.is_loss_reason_enabled
    ) is distinct from (
        excluded.account_id, excluded.name, excluded.subdomain, excluded.host, excluded.timezone, excluded.currency,
        excluded.is_filter_enabled, excluded.is_loss_reason_enabled
    );
