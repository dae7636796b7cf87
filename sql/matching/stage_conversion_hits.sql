-- One row a staged row whose conversion_id is met in the mart: the client's oldest deal that counts, whether a barred one was passed
-- over, and, if the client has none at all, whether other clients have one.
with rule as (
    select
        deal_rule.rank,
        array(
            select status_id from mart.deal_status
            where kind = any(deal_rule.barred_kinds)
        ) as barred_ids,
        array(
            select status_id
            from mart.deal_status
            where deal_rule.status_kinds is null or kind = any(deal_rule.status_kinds)
        ) as status_ids
    from stage.deal_rule
    where run_id = %(run_id)s and key = 'conversion_id'
)

insert into stage.deal_hit (run_id, row_no, rank, deal_id, created_at, barred, elsewhere, is_new)
select
    deal_candidate.run_id,
    deal_candidate.row_no,
    rule.rank,
    own.deal_id,
    null,
    own.barred,
    other.deal_id is not null,
    false
from stage.deal_candidate
cross join rule
cross join
    lateral (
        select
            min(deal.deal_id) filter (
                where deal.status_id <> all(rule.barred_ids) and deal.status_id = any(rule.status_ids)
            ) as deal_id,
            coalesce(bool_or(deal.status_id = any(rule.barred_ids)), false) as barred
        from mart.deal
        where deal.conversion_id = deal_candidate.conversion_id and deal.client_id = deal_candidate.client_id
    ) as own
left join lateral (
    select deal.deal_id
    from mart.deal
    where
        deal.conversion_id = deal_candidate.conversion_id
        and deal.client_id <> deal_candidate.client_id
        and own.deal_id is null
        and not own.barred
    order by deal.client_id
    limit 1
) as other on true
where
    deal_candidate.run_id = %(run_id)s
    and deal_candidate.conversion_id is not null
    and not deal_candidate.client_is_new
    and (own.deal_id is not null or own.barred or other.deal_id is not null);
