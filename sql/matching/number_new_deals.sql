-- One row a deal that the run opens, numbered in the order of the rows: the older number is the earlier row.
insert into stage.new_deal (
    run_id, row_no, deal_id, client_id, conversion_id, external_id, created_at, status_kind, alone
)
select
    %(run_id)s,
    row_no,
    nextval('mart.deal_deal_id_seq'),
    client_id,
    conversion_id,
    external_id,
    opens_at,
    opens_as,
    alone
from (
    select *
    from stage.new_deal_claim
    where run_id = %(run_id)s and opens
    order by row_no
) as opener;
