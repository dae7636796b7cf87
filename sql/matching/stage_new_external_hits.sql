-- One row a staged row whose external_id an earlier row of the run gave to a deal it opened: for the same client the deal, for other
-- clients the mere fact. Of the openers of an identifier two suffice, the first and the first of another client.
with rule as (
    select rank from stage.deal_rule
    where run_id = %(run_id)s and key = 'external_id'
),

met_again as (
    select external_id
    from stage.deal_candidate
    where run_id = %(run_id)s and external_id is not null
    group by external_id
    having count(*) > 1
),

own_first as (
    select
        new_deal.external_id,
        new_deal.client_id,
        min(new_deal.row_no) as row_no,
        min(new_deal.deal_id) as deal_id
    from stage.new_deal
    inner join met_again using (external_id)
    where new_deal.run_id = %(run_id)s
    group by new_deal.external_id, new_deal.client_id
),

opener as (
    select
        *,
        row_number() over (partition by external_id order by row_no) as place
    from own_first
)

insert into stage.deal_hit (run_id, row_no, rank, deal_id, created_at, barred, elsewhere, is_new)
select
    deal_candidate.run_id,
    deal_candidate.row_no,
    rule.rank,
    opener.deal_id,
    null,
    false,
    false,
    true
from stage.deal_candidate
cross join rule
inner join opener using (external_id, client_id)
where deal_candidate.run_id = %(run_id)s and opener.row_no < deal_candidate.row_no
union all
select distinct
    deal_candidate.run_id,
    deal_candidate.row_no,
    rule.rank,
    null::bigint,
    null::timestamptz,
    false,
    true,
    false
from stage.deal_candidate
cross join rule
inner join opener using (external_id)
where
    deal_candidate.run_id = %(run_id)s
    and not deal_candidate.client_is_new
    and opener.place <= 2
    and opener.client_id <> deal_candidate.client_id
    and opener.row_no < deal_candidate.row_no;
