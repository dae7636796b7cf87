-- What a reading came to, one row a direction.
select
    category_id,
    count(*) as deals,
    coalesce(sum(amount_minor) filter (where outcome <> 'refused'), 0)::bigint as minor,
    coalesce(sum(amount_minor) filter (where outcome = 'unattributed'), 0)::bigint as unattributed_minor,
    count(*) filter (where 'B24_YEAR_OUTSIDE' = any(codes)) as outside
from stage.bitrix24_contact_totals_amount
where run_id = %(run_id)s
group by category_id
order by category_id;
