-- The keys that decide the claims left open: those of the open rows, and the same keys where a sure creator has them.
with open_key as (
    select distinct
        kind,
        value
    from stage.identity_key
    inner join stage.new_client_claim using (run_id, row_no)
    where run_id = %(run_id)s and creates is null
)

insert into stage.contested_key (run_id, kind, value, row_no)
select distinct
    run_id,
    kind,
    value,
    row_no
from stage.identity_key
inner join open_key using (kind, value)
inner join stage.new_client_claim using (run_id, row_no)
where run_id = %(run_id)s and creates is distinct from false;
