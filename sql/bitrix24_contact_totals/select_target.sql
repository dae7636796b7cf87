-- The currency of the totals and its places: the one of the settings, or the portal's base.
select
    currency,
    decimals
from stage.bitrix24_currency
where run_id = %(run_id)s and currency = coalesce(%(target)s::text, (
    select base.currency from stage.bitrix24_currency as base
    where base.run_id = %(run_id)s and base.is_base
));
