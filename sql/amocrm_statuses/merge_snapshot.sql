-- One row a day and container: how it stood when the day ended. The first publication after local midnight writes the days since the last
-- one, before it merges anything; what was written is never touched.
insert into mart.amocrm_sales_snapshot (
    account, day, funnel_id, container_id, leads, passed, visited, sales_volume, success_amount, returned_amount, taken_at, run_id
)
with standing as (
    select
        funnel_id,
        container_id,
        count(*) as leads,
        sum(sales_volume) as sales_volume,
        sum(success_amount) as success_amount,
        sum(returned_amount) as returned_amount
    from mart.amocrm_lead_funnel_state
    where account = %(account)s
    group by funnel_id, container_id
),

passed as (
    select
        funnel_id,
        container_id,
        count(*) as passed,
        count(*) filter (where kind = 'visited') as visited
    from mart.amocrm_lead_container_pass
    where account = %(account)s
    group by funnel_id, container_id
)

select
    %(account)s,
    day.day::date,
    container.funnel_id,
    container.container_id,
    coalesce(standing.leads, 0),
    coalesce(passed.passed, 0),
    coalesce(passed.visited, 0),
    coalesce(standing.sales_volume, 0),
    coalesce(standing.success_amount, 0),
    coalesce(standing.returned_amount, 0),
    %(now)s,
    %(run_id)s
from mart.amocrm_container as container
cross join generate_series(%(first_day)s::date, %(today)s::date - 1, interval '1 day') as day (day)
left join standing on container.funnel_id = standing.funnel_id and container.container_id = standing.container_id
left join passed on container.funnel_id = passed.funnel_id and container.container_id = passed.container_id
where
    container.account = %(account)s
    and not exists (
        select from mart.amocrm_sales_snapshot as taken
        where taken.account = %(account)s and taken.day = day.day::date
    )
on conflict do nothing;
