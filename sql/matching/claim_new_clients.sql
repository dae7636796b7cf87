-- One row a staged row that no client of the mart answers to and that has a key that a new client must have. It creates a client
-- if it is the first holder of all its keys; it does not if the first holder of one of them creates; otherwise it is left open.
with fresh as (
    select row_no
    from stage.identity_key
    where
        run_id = %(run_id)s
        and not exists (
            select 1
            from stage.client_candidate
            where client_candidate.run_id = identity_key.run_id and client_candidate.row_no = identity_key.row_no
        )
    group by row_no
    having bool_or(kind = any(%(create_with)s::text[]))
),

keyed as (
    select
        row_no,
        kind,
        value
    from stage.identity_key
    inner join fresh using (row_no)
    where run_id = %(run_id)s
),

first_holder as (
    select
        kind,
        value,
        min(row_no) as row_no
    from keyed
    group by kind, value
),

standing as (
    select
        keyed.row_no,
        bool_and(first_holder.row_no = keyed.row_no) as is_first
    from keyed
    inner join first_holder using (kind, value)
    group by keyed.row_no
),

yielding as (
    select distinct keyed.row_no
    from keyed
    inner join standing as mine on keyed.row_no = mine.row_no and not mine.is_first
    inner join first_holder using (kind, value)
    inner join standing as theirs on first_holder.row_no = theirs.row_no and theirs.is_first
)

insert into stage.new_client_claim (run_id, row_no, creates)
select
    %(run_id)s,
    standing.row_no,
    case when standing.is_first then true when yielding.row_no is not null then false end
from standing
left join yielding using (row_no);
