-- Two kinds of rows: a client that the run created, and a deal that it opened.
with met as (
    select
        staged.*,
        client_match.created as client_created,
        deal_match.created as deal_created
    from stage.calltouch_orders_order as staged
    inner join stage.client_match using (run_id, row_no)
    inner join stage.deal_match using (run_id, row_no)
    where staged.run_id = %(run_id)s
)

insert into mart.client_feed (client_id, at, kind, deal_id, source, run_id, details)
select
    client_id,
    now(),
    'client_created',
    null::bigint,
    %(source)s,
    run_id,
    jsonb_build_object('order', title)
from met
where client_created
union all
select
    client_id,
    now(),
    'deal_created',
    deal_id,
    %(source)s,
    run_id,
    jsonb_build_object('order', title, 'external_id', order_ref)
from met
where deal_created;
