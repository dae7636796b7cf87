-- One row a staged row: the deal of the first rule that finds one, or the deal that the row opens. Identifiers give the oldest
-- deal, the past gives the latest. What was passed over on the way is told; identifiers after the rule that won only for conflict.
with level as (
    select
        deal_hit.row_no,
        deal_hit.rank,
        deal_rule.rule,
        deal_rule.key <> 'nearest' as by_identifier,
        case
            when deal_rule.key <> 'nearest' then min(deal_hit.deal_id)
            when count(*) = 1 then min(deal_hit.deal_id)
            else (array_agg(deal_hit.deal_id order by deal_hit.created_at desc, deal_hit.deal_id desc))[1]
        end as deal_id,
        bool_or(deal_hit.barred) as barred,
        bool_or(deal_hit.elsewhere) as elsewhere
    from stage.deal_hit
    inner join stage.deal_rule using (run_id, rank)
    where deal_hit.run_id = %(run_id)s
    group by deal_hit.row_no, deal_hit.rank, deal_rule.rule, deal_rule.key
),

best as (
    select
        row_no,
        min(rank) filter (where deal_id is not null) as rank
    from level
    group by row_no
),

found as (
    select
        level.row_no,
        best.rank,
        max(level.deal_id) filter (where level.rank = best.rank) as deal_id,
        max(level.rule) filter (where level.rank = best.rank) as rule,
        bool_or(level.barred and (best.rank is null or level.rank <= best.rank)) as barred,
        bool_or(
            level.elsewhere and level.deal_id is null and not level.barred
            and (best.rank is null or level.rank <= best.rank)
        ) as elsewhere,
        count(distinct level.deal_id) filter (where level.by_identifier) > 1 as conflict
    from level
    inner join best using (row_no)
    group by level.row_no, best.rank
)

insert into stage.deal_match (
    run_id, row_no, deal_id, rule, rank, created, deal_is_new, barred, elsewhere, conflict
)
select
    %(run_id)s,
    deal_candidate.row_no,
    coalesce(opened.deal_id, found.deal_id),
    case when opened.deal_id is null then found.rule else 'created' end,
    case when opened.deal_id is null then found.rank else 0 end,
    opened.deal_id is not null,
    opened.deal_id is not null or earlier.deal_id is not null,
    coalesce(found.barred, false),
    coalesce(found.elsewhere, false),
    coalesce(found.conflict, false)
from stage.deal_candidate
left join found using (row_no)
left join stage.new_deal as opened on deal_candidate.run_id = opened.run_id and deal_candidate.row_no = opened.row_no
left join stage.new_deal as earlier on deal_candidate.run_id = earlier.run_id and found.deal_id = earlier.deal_id
where deal_candidate.run_id = %(run_id)s;
