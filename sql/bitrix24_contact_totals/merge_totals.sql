-- One row a contact, direction and year; one that fell stays, with 0.
insert into mart.contact_year_total as kept (
    account, contact_id, category_id, year, amount_minor, currency, decimals, deals, changed_at, changed_run_id
)
select
    %(account)s,
    contact_id,
    category_id,
    year,
    amount_minor,
    %(target)s,
    %(decimals)s,
    deals,
    %(now)s,
    run_id
from stage.bitrix24_contact_totals_total
where run_id = %(run_id)s
on conflict (account, contact_id, category_id, year) do update
    set
        amount_minor = excluded.amount_minor,
        currency = excluded.currency,
        decimals = excluded.decimals,
        deals = excluded.deals,
        changed_at = excluded.changed_at,
        changed_run_id = excluded.changed_run_id
    where
    (kept.amount_minor, kept.currency, kept.decimals, kept.deals)
    is distinct from (excluded.amount_minor, excluded.currency, excluded.decimals, excluded.deals);
