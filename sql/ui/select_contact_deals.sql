-- One row a won deal that a contact has a part of, or one that was won once and named it; the latest first, below the one that the
-- previous page ended with.
with day as (
    select
        deal.*,
        part.amount_minor as part_minor,
        coalesce(deal.closed_on, (deal.moved_at at time zone %(zone)s)::date, '0001-01-01'::date) as counted_on
    from mart.bitrix24_deal as deal
    inner join mart.bitrix24_deal_part as part
        on deal.account = part.account and deal.deal_id = part.deal_id and part.contact_id = %(contact)s
    where
        deal.account = %(account)s
        and deal.is_won
        and (%(year)s::integer is null or deal.year = %(year)s)
        and (%(direction)s::integer is null or deal.category_id = %(direction)s)
)

select
    day.deal_id,
    day.title,
    day.category_id,
    coalesce(funnel.name, 'воронка ' || day.category_id) as direction,
    day.year,
    day.year_by,
    day.closed_on,
    day.moved_at,
    day.opportunity,
    day.currency,
    trim_scale(round(day.rate, 10)) as rate,
    mart.from_minor(day.amount_minor, day.decimals) as amount,
    mart.from_minor(day.part_minor, day.decimals) as part,
    day.target_currency,
    day.decimals,
    cardinality(day.contact_ids) as sharers,
    array_position(day.contact_ids, %(contact)s::bigint) as place,
    day.counted_on
from day
left join mart.bitrix24_funnel as funnel on day.account = funnel.account and day.category_id = funnel.category_id
where %(before)s::bigint is null or (day.counted_on, day.deal_id) < (%(below)s::date, %(before)s::bigint)
order by day.counted_on desc, day.deal_id desc
limit %(page_size)s;
