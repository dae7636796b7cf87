-- One row a total that has changed: its new value holds from now on. One that never was but 0 has no history.
insert into mart.contact_year_total_history (
    account, contact_id, category_id, year, amount_minor, currency, decimals, deals, valid_from, run_id
)
select
    %(account)s,
    total.contact_id,
    total.category_id,
    total.year,
    total.amount_minor,
    %(target)s,
    %(decimals)s,
    total.deals,
    %(moment)s,
    %(run_id)s
from stage.bitrix24_contact_totals_total as total
where
    total.run_id = %(run_id)s
    and not exists (
        select 1
        from mart.contact_year_total_history as kept
        where
            kept.account = %(account)s
            and kept.contact_id = total.contact_id
            and kept.category_id = total.category_id
            and kept.year = total.year
            and kept.valid_to is null
    )
    and (
        total.amount_minor <> 0
        or exists (
            select 1
            from mart.contact_year_total_history as earlier
            where
                earlier.account = %(account)s
                and earlier.contact_id = total.contact_id
                and earlier.category_id = total.category_id
                and earlier.year = total.year
        )
    );
