-- One row a staged row whose client is known or created: the oldest client at the first rank that points to anybody. A client of
-- the run is known to the rows after the one that creates it. A key is held by at most one new client, so nothing multiplies.
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

level as (
    select
        row_no,
        rank,
        min(client_id) as client_id,
        max(far_id) as far_id
    from candidate
    group by row_no, rank
),

placed as (
    select
        row_no,
        rank,
        client_id,
        far_id,
        first_value(client_id) over by_rank as winner,
        first_value(rank) over by_rank as best_rank
    from level
    window by_rank as (partition by row_no order by rank)
),

told as (
    select
        row_no,
        rank,
        winner,
        best_rank,
        case when client_id <> winner then client_id else nullif(far_id, winner) end as other_id
    from placed
)

insert into stage.client_match (run_id, row_no, client_id, rule, rank, created, ambiguous, conflicting, conflicts)
select
    %(run_id)s,
    told.row_no,
    told.winner,
    client_rule.rule,
    told.best_rank,
    false,
    bool_or(told.rank = told.best_rank and told.other_id is not null),
    bool_or(told.rank > told.best_rank and told.other_id is not null),
    array_agg(distinct told.other_id) filter (where told.other_id is not null)
from told
inner join stage.client_rule on told.best_rank = client_rule.rank and client_rule.run_id = %(run_id)s
group by told.row_no, told.winner, told.best_rank, client_rule.rule
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
