-- One row a total that has changed: its new value holds from now on. One that never was but 0 has no history.
with known as (
    select
        contact_id,
        category_id,
        year,
        bool_or(valid_to is null) as holds
    from mart.contact_year_total_history
    where account = %(account)s
    group by contact_id, category_id, year
)

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
left join known
    on total.contact_id = known.contact_id and total.category_id = known.category_id and total.year = known.year
where total.run_id = %(run_id)s and coalesce(not known.holds, total.amount_minor <> 0);
