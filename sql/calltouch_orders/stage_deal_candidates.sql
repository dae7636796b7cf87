-- One row a staged order that has found its client: its deal carries the document's GUID.
insert into stage.deal_candidate (
    run_id, row_no, client_id, client_is_new, conversion_id, external_id, at, opens_at, opens_as
)
select
    staged.run_id,
    staged.row_no,
    client_match.client_id,
    client_match.created,
    null,
    staged.order_ref::text,
    staged.ordered_at as at,
    staged.ordered_at as opens_at,
    'new'
from stage.calltouch_orders_order as staged
inner join stage.client_match using (run_id, row_no)
where staged.run_id = %(run_id)s;
