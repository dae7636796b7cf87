-- One row a staged row: the deal of the first rule that finds one, or the deal that the row opens. Identifiers give the oldest
-- deal, the past gives the latest. What was passed over on the way is told; identifiers after the rule that won only for conflict.
with hit as (
    select
        deal_hit.row_no,
        deal_hit.rank,
        deal_rule.key <> 'nearest' as by_identifier,
        deal_hit.deal_id,
        deal_hit.created_at,
        deal_hit.barred,
        deal_hit.elsewhere
    from stage.deal_hit
    inner join stage.deal_rule using (run_id, rank)
    where deal_hit.run_id = %(run_id)s
),

level as (
    select
        row_no,
        rank,
        by_identifier,
        case
            when by_identifier or count(*) = 1 then min(deal_id)
            else (array_agg(deal_id order by created_at desc, deal_id desc))[1]
        end as deal_id,
        bool_or(barred) as barred,
        bool_or(elsewhere) as elsewhere
    from hit
    group by row_no, rank, by_identifier
),

best as (
    select
        row_no,
        min(rank) filter (where deal_id is not null) as rank,
        coalesce(
            min(deal_id) filter (where by_identifier) <> max(deal_id) filter (where by_identifier), false
        ) as conflict
    from level
    group by row_no
),

found as (
    select
        level.row_no,
        best.rank,
        best.conflict,
        max(level.deal_id) filter (where level.rank = best.rank) as deal_id,
        bool_or(level.barred and (best.rank is null or level.rank <= best.rank)) as barred,
        bool_or(
            level.elsewhere and level.deal_id is null and not level.barred
            and (best.rank is null or level.rank <= best.rank)
        ) as elsewhere
    from level
    inner join best using (row_no)
    group by level.row_no, best.rank, best.conflict
)

insert into stage.deal_match (
    run_id, row_no, deal_id, rule, rank, created, deal_is_new, barred, elsewhere, conflict
)
select
    %(run_id)s,
    deal_candidate.row_no,
    coalesce(opened.deal_id, found.deal_id),
    case when opened.deal_id is null then deal_rule.rule else 'created' end,
    case when opened.deal_id is null then found.rank else 0 end,
    opened.deal_id is not null,
    opened.deal_id is not null or earlier.deal_id is not null,
    coalesce(found.barred, false),
    coalesce(found.elsewhere, false),
    coalesce(found.conflict, false)
from stage.deal_candidate
left join found using (row_no)
left join stage.deal_rule on deal_candidate.run_id = deal_rule.run_id and found.rank = deal_rule.rank
left join stage.new_deal as opened on deal_candidate.run_id = opened.run_id and deal_candidate.row_no = opened.row_no
left join stage.new_deal as earlier on deal_candidate.run_id = earlier.run_id and found.deal_id = earlier.deal_id
where deal_candidate.run_id = %(run_id)s;
