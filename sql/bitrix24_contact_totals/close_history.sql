-- Values that hold no longer end with this run.
update mart.contact_year_total_history as kept
set valid_to = %(moment)s
from stage.bitrix24_contact_totals_total as total
where
    total.run_id = %(run_id)s
    and kept.account = %(account)s
    and kept.contact_id = total.contact_id
    and kept.category_id = total.category_id
    and kept.year = total.year
    and kept.valid_to is null
    and (kept.amount_minor, kept.currency, kept.decimals, kept.deals)
    is distinct from (total.amount_minor, %(target)s, %(decimals)s::smallint, total.deals);
