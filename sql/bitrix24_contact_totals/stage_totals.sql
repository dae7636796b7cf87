-- One row a contact, direction and year. One that was something and is nothing now falls to 0 (bitrix24 7.2, 9 and 10).
with summed as (
    select
        contact_id,
        category_id,
        year,
        sum(amount_minor)::bigint as amount_minor,
        count(*) as deals
    from stage.bitrix24_contact_totals_part
    where run_id = %(run_id)s
    group by contact_id, category_id, year
),

fallen as (
    select
        total.contact_id,
        total.category_id,
        total.year
    from mart.contact_year_total as total
    left join summed
        on total.contact_id = summed.contact_id and total.category_id = summed.category_id and total.year = summed.year
    where
        total.account = %(account)s and (total.amount_minor <> 0 or total.deals <> 0) and summed.contact_id is null
)

insert into stage.bitrix24_contact_totals_total (run_id, contact_id, category_id, year, amount_minor, deals)
select
    %(run_id)s,
    contact_id,
    category_id,
    year,
    amount_minor,
    deals
from summed
union all
select
    %(run_id)s,
    contact_id,
    category_id,
    year,
    0,
    0
from fallen;
