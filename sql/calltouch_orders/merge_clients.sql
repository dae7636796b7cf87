-- One row a client that the run creates, named after the contractor of the first order it was met in.
insert into mart.client (client_id, name, origin)
select
    client_match.client_id,
    staged.contractor,
    'calltouch_orders'
from stage.client_match
inner join stage.calltouch_orders_order as staged using (run_id, row_no)
where client_match.run_id = %(run_id)s and client_match.created
order by client_match.client_id;
