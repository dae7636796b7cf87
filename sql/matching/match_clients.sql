-- One row a staged row whose client is known or created: the oldest client at the first rank that points to anybody. A client of
-- the run is known to the rows after the one that creates it. A key is held by at most one new client, so nothing multiplies.
-- Rank and client are compared as one number, rank first, so that a row needs no sorting.
with new_key as (
    select
        kind,
        value,
        new_client.row_no,
        new_client.client_id
    from stage.new_client
    inner join stage.identity_key using (run_id, row_no)
    where run_id = %(run_id)s
),

candidate as (
    select
        row_no,
        rank,
        client_id,
        coalesce(other_id, client_id) as far_id
    from stage.client_candidate
    where run_id = %(run_id)s
    union all
    select
        identity_key.row_no,
        identity_key.rank,
        new_key.client_id,
        new_key.client_id as far_id
    from stage.identity_key
    inner join new_key using (kind, value)
    where identity_key.run_id = %(run_id)s and new_key.row_no < identity_key.row_no
),

best as (
    select
        row_no,
        min((rank::bigint << 48) | client_id) >> 48 as rank,
        min((rank::bigint << 48) | client_id) & ((1::bigint << 48) - 1) as client_id,
        min(client_id) <> max(far_id) as is_torn
    from candidate
    group by row_no
),

torn as (
    select
        best.row_no,
        bool_or(candidate.rank = best.rank) as ambiguous,
        bool_or(candidate.rank > best.rank) as conflicting,
        array_agg(distinct other.client_id) as conflicts
    from best
    inner join candidate using (row_no)
    cross join
        lateral (
            select
                case
                    when candidate.client_id <> best.client_id then candidate.client_id
                    else nullif(candidate.far_id, best.client_id)
                end as client_id
        ) as other
    where best.is_torn and other.client_id is not null
    group by best.row_no
)

insert into stage.client_match (run_id, row_no, client_id, rule, rank, created, ambiguous, conflicting, conflicts)
select
    %(run_id)s,
    best.row_no,
    best.client_id,
    client_rule.rule,
    best.rank,
    false,
    coalesce(torn.ambiguous, false),
    coalesce(torn.conflicting, false),
    torn.conflicts
from best
inner join stage.client_rule on best.rank = client_rule.rank and client_rule.run_id = %(run_id)s
left join torn on best.row_no = torn.row_no
union all
select
    run_id,
    row_no,
    client_id,
    'created',
    0,
    true,
    false,
    false,
    null
from stage.new_client
where run_id = %(run_id)s;
