-- What leads have come to: first all of those chosen, then a row a value of the next UTM mark below. `level` is how many are chosen.
with state as (
    select
        held.marker,
        held.is_outside,
        held.sales_volume,
        held.success_amount,
        held.returned_amount,
        case %(level)s::integer
            when 0 then utm.utm_source
            when 1 then utm.utm_medium
            when 2 then utm.utm_campaign
            when 3 then utm.utm_content
            else utm.utm_term
        end as mark
    from mart.amocrm_lead_funnel_state as held
    left join mart.amocrm_lead_utm as utm on held.account = utm.account and held.lead_id = utm.lead_id
    where
        held.account = %(account)s
        and held.funnel_id = %(funnel)s
        and (%(first_day)s::date is null or held.created_day >= %(first_day)s)
        and (%(end_day)s::date is null or held.created_day < %(end_day)s)
        and (%(source)s::text is null or coalesce(utm.utm_source, %(not_given)s) = %(source)s)
        and (%(medium)s::text is null or coalesce(utm.utm_medium, %(not_given)s) = %(medium)s)
        and (%(campaign)s::text is null or coalesce(utm.utm_campaign, %(not_given)s) = %(campaign)s)
        and (%(content)s::text is null or coalesce(utm.utm_content, %(not_given)s) = %(content)s)
),

counted as materialized (
    select
        mark,
        count(*) as leads,
        count(*) filter (where marker = 'success' and not is_outside) as successes,
        sum(sales_volume) as sales_volume,
        sum(success_amount) as success_amount,
        sum(returned_amount) as returned_amount
    from state
    group by mark
),

told as (
    select
        true as is_total,
        null as mark,
        coalesce(sum(leads), 0) as leads,
        coalesce(sum(successes), 0) as successes,
        coalesce(sum(sales_volume), 0) as sales_volume,
        coalesce(sum(success_amount), 0) as success_amount,
        coalesce(sum(returned_amount), 0) as returned_amount
    from counted
    union all
    select
        false as is_total,
        mark,
        leads,
        successes,
        sales_volume,
        success_amount,
        returned_amount
    from counted
)

select
    is_total,
    coalesce(mark, %(not_given)s) as mark,
    leads,
    successes,
    sales_volume,
    success_amount,
    returned_amount,
    success_amount - returned_amount as net_amount
from told
order by is_total desc, sales_volume desc, leads desc, mark asc
limit %(page_size)s;
