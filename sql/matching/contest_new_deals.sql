-- The deals that decide the claims left open: those that sure openers open for the same clients.
with open_client as (
    select distinct client_id
    from stage.new_deal_claim
    where run_id = %(run_id)s and opens is null
)

insert into stage.contested_deal (run_id, row_no, client_id, conversion_id, external_id, opens_at, opens_as)
select
    run_id,
    row_no,
    client_id,
    conversion_id,
    external_id,
    opens_at,
    opens_as
from stage.new_deal_claim
inner join open_client using (client_id)
where run_id = %(run_id)s and opens;
