-- One row a staged row that no identifier answered and in whose past lies a deal that an earlier row of the run opened.
with rule as (
    select
        rank,
        look_back,
        status_kinds,
        barred_kinds
    from stage.deal_rule
    where run_id = %(run_id)s and key = 'nearest'
),

crowded as (
    select distinct client_id from stage.new_deal
    where run_id = %(run_id)s and not alone
)

insert into stage.deal_hit (run_id, row_no, rank, deal_id, created_at, barred, elsewhere, is_new)
select
    deal_candidate.run_id,
    deal_candidate.row_no,
    rule.rank,
    nearest.deal_id,
    nearest.created_at,
    false,
    false,
    true
from stage.deal_candidate
inner join crowded using (client_id)
cross join rule
cross join
    lateral (
        select
            new_deal.deal_id,
            new_deal.created_at
        from stage.new_deal
        where
            new_deal.run_id = %(run_id)s
            and not new_deal.alone
            and new_deal.client_id = deal_candidate.client_id
            and new_deal.created_at <= deal_candidate.at
            and new_deal.row_no < deal_candidate.row_no
            and (rule.look_back is null or new_deal.created_at >= deal_candidate.at - rule.look_back)
            and new_deal.status_kind <> all(rule.barred_kinds)
            and (rule.status_kinds is null or new_deal.status_kind = any(rule.status_kinds))
        order by new_deal.created_at desc, new_deal.row_no desc
        limit 1
    ) as nearest
where
    deal_candidate.run_id = %(run_id)s
    and not exists (
        select 1
        from stage.deal_hit
        inner join stage.deal_rule using (run_id, rank)
        where
            deal_hit.run_id = deal_candidate.run_id
            and deal_hit.row_no = deal_candidate.row_no
            and deal_hit.deal_id is not null
            and deal_rule.key <> 'nearest'
    );
