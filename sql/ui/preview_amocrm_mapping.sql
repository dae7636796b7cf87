-- One row a container of a mapping that leads have passed: the figures it would have with the leads as they are. Nothing is saved.
-- The mapping comes as lists; a status that is in no container is left out of `statuses`. Prices are those of now.
with place as (
    select *
    from unnest(%(statuses)s::text[], %(status_funnels)s::integer[], %(status_positions)s::integer[]) as given (status, funnel, position)
),

container as (
    select *
    from unnest(%(funnels)s::integer[], %(positions)s::integer[], %(markers)s::text[]) as given (funnel, position, marker)
),

path as (
    select
        row_number() over () as path_no,
        counted.statuses,
        sum(counted.leads) as leads,
        sum(counted.price) as price
    from mart.amocrm_path as counted
    where
        counted.account = %(account)s
        and (%(first_month)s::date is null or counted.month >= %(first_month)s)
        and (%(last_month)s::date is null or counted.month <= %(last_month)s)
    group by counted.statuses
),

point as (
    select
        path.path_no,
        place.funnel,
        place.position,
        container.marker,
        one.turn,
        one.turn = cardinality(path.statuses) as is_now
    from path
    cross join lateral unnest(path.statuses) with ordinality as one (status, turn)
    inner join place on one.status = place.status
    inner join container on place.funnel = container.funnel and place.position = container.position
),

state as (
    select
        path_no,
        funnel,
        bool_or(is_now) as is_inside,
        (max(array[turn::integer, position]))[2] as position,
        array_agg(distinct position) as visited,
        bool_or(marker = 'success') is true as is_won,
        max(position) filter (where marker = 'success') as success_position,
        coalesce(max(position) filter (where marker is null), 0) as max_open
    from point
    group by path_no, funnel
),

judged as (
    select
        state.funnel,
        state.position,
        state.visited,
        state.is_inside,
        state.is_won,
        path.leads,
        path.price,
        case
            when container.marker = 'refusal' then 0
            when state.is_won and container.marker in ('success', 'return') then state.success_position
            when %(backfill)s = 'previous' then state.max_open
            else 0
        end as implied_below
    from state
    inner join container on state.funnel = container.funnel and state.position = container.position
    inner join path on state.path_no = path.path_no
)

select
    container.funnel,
    container.position,
    coalesce(sum(judged.leads) filter (where container.position = any(judged.visited)), 0)::bigint as visited,
    coalesce(
        sum(judged.leads) filter (
            where
            container.marker is null and container.position < judged.implied_below and container.position <> all(judged.visited)
        ), 0
    )::bigint as implied,
    coalesce(sum(judged.leads) filter (where judged.position = container.position and judged.is_inside), 0)::bigint as here,
    coalesce(sum(judged.leads) filter (where judged.position = container.position and not judged.is_inside), 0)::bigint as outside,
    coalesce(
        sum(judged.price) filter (
            where judged.position = container.position and container.marker = 'success' and judged.is_inside
        ), 0
    ) as sales_volume,
    coalesce(sum(judged.price) filter (where judged.position = container.position and judged.is_won), 0) as success_amount,
    coalesce(
        sum(judged.price) filter (
            where judged.position = container.position and container.marker = 'return' and judged.is_won
        ), 0
    ) as returned_amount
from container
inner join judged on container.funnel = judged.funnel
group by container.funnel, container.position
order by container.funnel, container.position;
