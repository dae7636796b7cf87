-- One row a client that the run creates, numbered in the order of the rows: the older number is the earlier row.
insert into stage.new_client (run_id, row_no, client_id)
select
    %(run_id)s,
    row_no,
    nextval('mart.client_client_id_seq')
from (
    select row_no
    from stage.new_client_claim
    where run_id = %(run_id)s and creates
    order by row_no
) as creator;
