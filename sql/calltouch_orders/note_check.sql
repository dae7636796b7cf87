-- What a check by hand has found, beside what is decided about the order; a row of its own when nothing is.
with noted as (
    update ops.run_log
    set
        codes = array_append(array_remove(codes, 'ORDER_CHECKED'), 'ORDER_CHECKED'),
        details = details || %(details)s
    where run_id = %(run_id)s and record_key = %(record_key)s
    returning seq
)

insert into ops.run_log (run_id, seq, severity, codes, record_key, client_id, deal_id, details)
select
    %(run_id)s,
    coalesce((
        select max(run_log.seq) from ops.run_log
        where run_log.run_id = %(run_id)s
    ), 0) + 1,
    code.severity,
    array[code.code],
    document.order_ref::text,
    document.client_id,
    document.deal_id,
    jsonb_build_object('title', document.title) || %(details)s
from stage.calltouch_orders_orders(%(intake)s) as document
inner join ops.code on code.code = 'ORDER_CHECKED'
where
    document.order_ref = %(record_key)s::uuid
    and not exists (select 1 from noted);
