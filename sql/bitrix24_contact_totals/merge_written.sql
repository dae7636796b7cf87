-- One row a contact and field that the portal was asked about: it holds what it said, unless this run has written to it since.
insert into mart.bitrix24_written_total as kept (
    account, contact_id, field_name, amount_minor, decimals, confirmed_at, was_written, run_id
)
select
    %(account)s,
    wanted.contact_id,
    wanted.field_name,
    (held.amount * %(units)s)::bigint,
    %(decimals)s,
    clock_timestamp(),
    false,
    wanted.run_id
from stage.bitrix24_contact_totals_wanted as wanted
inner join stage.bitrix24_contact_totals_held as held
    on
        wanted.run_id = held.run_id
        and wanted.contact_id = held.contact_id
        and wanted.field_name = held.field_name
where
    wanted.run_id = %(run_id)s
    and held.amount * %(units)s = trunc(held.amount * %(units)s)
    and abs(held.amount * %(units)s) <= 9007199254740991
    and (held.amount <> 0 or wanted.confirmed_minor is not null or wanted.is_doubted)
on conflict (account, contact_id, field_name) do update
    set
        amount_minor = excluded.amount_minor,
        decimals = excluded.decimals,
        confirmed_at = excluded.confirmed_at,
        was_written = false,
        run_id = excluded.run_id
    where
    (kept.amount_minor, kept.decimals) is distinct from (excluded.amount_minor, excluded.decimals)
    and not (kept.was_written and kept.run_id = excluded.run_id);
