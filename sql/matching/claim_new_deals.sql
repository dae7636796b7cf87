-- One row a staged row that no deal of the mart answers to. It opens a deal if no earlier such row of its client can have opened
-- one that it would find; it does not if a sure opener before it opens one that it finds; otherwise it is left open.
with rule as (
    select
        nearest.look_back,
        nearest.status_kinds,
        nearest.run_id is not null as by_nearest,
        exists(
            select 1 from stage.deal_rule
            where run_id = %(run_id)s and key = 'conversion_id'
        ) as by_conversion,
        exists(
            select 1 from stage.deal_rule
            where run_id = %(run_id)s and key = 'external_id'
        ) as by_external
    from (values (%(run_id)s)) as run (run_id)
    left join stage.deal_rule as nearest on run.run_id = nearest.run_id and nearest.key = 'nearest'
),

crowd as (
    select client_id from stage.deal_candidate
    where run_id = %(run_id)s
    group by client_id
    having count(*) > 1
),

fresh as (
    select
        deal_candidate.row_no,
        deal_candidate.client_id,
        crowd.client_id is null as alone,
        case when rule.by_conversion then deal_candidate.conversion_id end as conversion_id,
        case when rule.by_external then deal_candidate.external_id end as external_id,
        deal_candidate.at,
        deal_candidate.opens_at,
        deal_candidate.opens_as,
        rule.look_back,
        rule.by_nearest and (rule.status_kinds is null or deal_candidate.opens_as = any(rule.status_kinds)) as is_near
    from stage.deal_candidate
    left join crowd using (client_id)
    cross join rule
    where
        deal_candidate.run_id = %(run_id)s
        and not exists (
            select 1
            from stage.deal_hit
            where
                deal_hit.run_id = %(run_id)s
                and deal_hit.row_no = deal_candidate.row_no
                and deal_hit.deal_id is not null
        )
),

possible as (
    select
        *,
        conversion_id is not null
        and row_number() over (partition by client_id, conversion_id order by row_no) > 1 as conversion_again,
        external_id is not null
        and row_number() over (partition by client_id, external_id order by row_no) > 1 as external_again,
        min(opens_at) filter (where is_near) over earlier as first_near
    from fresh
    where not alone
    window earlier as (partition by client_id order by row_no rows between unbounded preceding and 1 preceding)
),

certain as (
    select
        *,
        not(conversion_again or external_again or coalesce(first_near <= at, false)) as opens
    from possible
),

found as (
    select
        *,
        conversion_again
        and first_value(opens) over (partition by client_id, conversion_id order by row_no) as by_conversion,
        external_again
        and first_value(opens) over (partition by client_id, external_id order by row_no) as by_external,
        min(opens_at) filter (where is_near and opens) over earlier as first_sure,
        max(opens_at) filter (where is_near and opens) over earlier as last_sure
    from certain
    window earlier as (partition by client_id order by row_no rows between unbounded preceding and 1 preceding)
)

insert into stage.new_deal_claim (
    run_id, row_no, client_id, opens, alone, conversion_id, external_id, at, opens_at, opens_as
)
select
    %(run_id)s,
    row_no,
    client_id,
    true,
    true,
    conversion_id,
    external_id,
    at,
    opens_at,
    opens_as
from fresh
where alone
union all
select
    %(run_id)s,
    row_no,
    client_id,
    case
        when opens then true
        when
            by_conversion
            or by_external
            or (first_sure <= at and (look_back is null or first_sure >= at - look_back))
            or (last_sure <= at and (look_back is null or last_sure >= at - look_back))
            then false
    end,
    false,
    conversion_id,
    external_id,
    at,
    opens_at,
    opens_as
from found;
