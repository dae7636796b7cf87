-- One row a staged row that no identifier answered: the client's last deal at or before the row's moment, each status looked up on
-- its own so that the index gives the last one at once however many deals a client has.
with rule as (
    select
        rank,
        look_back,
        status_kinds,
        barred_kinds
    from stage.deal_rule
    where run_id = %(run_id)s and key = 'nearest'
),

status as (
    select deal_status.status_id
    from mart.deal_status
    cross join rule
    where
        deal_status.kind <> all(rule.barred_kinds)
        and (rule.status_kinds is null or deal_status.kind = any(rule.status_kinds))
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
    false
from stage.deal_candidate
cross join rule
cross join
    lateral (
        select
            latest.deal_id,
            latest.created_at
        from status
        cross join
            lateral (
                select
                    deal.deal_id,
                    deal.created_at
                from mart.deal
                where
                    deal.client_id = deal_candidate.client_id
                    and deal.status_id = status.status_id
                    and deal.created_at <= deal_candidate.at
                    and (rule.look_back is null or deal.created_at >= deal_candidate.at - rule.look_back)
                order by deal.created_at desc, deal.deal_id desc
                limit 1
            ) as latest
        order by latest.created_at desc, latest.deal_id desc
        limit 1
    ) as nearest
where
    deal_candidate.run_id = %(run_id)s
    and not deal_candidate.client_is_new
    and not exists (
        select 1
        from stage.deal_hit
        where
            deal_hit.run_id = deal_candidate.run_id
            and deal_hit.row_no = deal_candidate.row_no
            and deal_hit.deal_id is not null
    );
