-- Sources are asked for anew.
delete from stage.calltouch_orders_source
where run_id = %(run_id)s;
