-- One row a value that a total of a contact had or has, the latest first.
select
    kept.year,
    coalesce(funnel.name, 'воронка ' || kept.category_id) as direction,
    mart.from_minor(kept.amount_minor, kept.decimals) as total,
    kept.currency,
    kept.decimals,
    kept.deals,
    kept.valid_from,
    kept.valid_to,
    kept.run_id
from mart.contact_year_total_history as kept
left join mart.bitrix24_funnel as funnel on kept.account = funnel.account and kept.category_id = funnel.category_id
where
    kept.account = %(account)s
    and kept.contact_id = %(contact)s
    and (%(year)s::integer is null or kept.year = %(year)s)
    and (%(direction)s::integer is null or kept.category_id = %(direction)s)
order by kept.valid_from desc, kept.year desc, kept.category_id asc
limit %(page_size)s;
