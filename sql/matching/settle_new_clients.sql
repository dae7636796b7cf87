-- Walks the claims left open, in order; gives how many there were.
select stage.settle_new_clients(%(run_id)s) as settled;
