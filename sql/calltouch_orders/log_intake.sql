-- One row a document that could not be read, or that could not be told an order, as a whole or in part.
with attributed as (
    select distinct document_ref
    from stage.calltouch_orders_parts(%(run_id)s)
    where order_ref is not null
),

without_order as (
    select
        shipment_ref as document_ref,
        number
    from stage.calltouch_orders_shipment
    where run_id = %(run_id)s and order_ref is null and posted and not deleted
    union all
    select
        return_ref,
        number
    from stage.calltouch_orders_return
    where run_id = %(run_id)s and order_ref is null and posted and not deleted
),

noted as (
    select
        refusal.record_key,
        refusal.position,
        case refusal.code when 'BAD_DOCUMENT' then 'refused' end as outcome,
        refusal.code,
        refusal.details || jsonb_build_object('entity', refusal.entity) as details
    from stage.calltouch_orders_refusal as refusal
    where refusal.run_id = %(run_id)s
    union all
    select
        staged.shipment_ref::text,
        null,
        null,
        'UNATTRIBUTED_SHIPMENT',
        jsonb_build_object('number', staged.number)
    from stage.calltouch_orders_shipment as staged
    where
        staged.run_id = %(run_id)s and staged.order_ref is null and staged.posted and not staged.deleted
        and staged.shipment_ref not in (select attributed.document_ref from attributed)
    union all
    select
        staged.return_ref::text,
        null,
        null,
        'UNATTRIBUTED_RETURN',
        jsonb_build_object('number', staged.number)
    from stage.calltouch_orders_return as staged
    where
        staged.run_id = %(run_id)s and staged.order_ref is null and staged.posted and not staged.deleted
        and not exists (
            select 1 from attributed
            where attributed.document_ref = staged.return_ref or attributed.document_ref = staged.shipment_ref
        )
    union all
    select
        part.document_ref::text,
        null,
        null,
        'PART_UNATTRIBUTED',
        jsonb_build_object('number', staged.number)
    from stage.calltouch_orders_part as part
    inner join without_order as staged using (document_ref)
    where part.run_id = %(run_id)s and part.order_ref is null
)

insert into ops.run_log (run_id, seq, severity, outcome, codes, record_key, position, details)
select
    %(run_id)s,
    coalesce((
        select max(run_log.seq) from ops.run_log
        where run_log.run_id = %(run_id)s
    ), 0)
    + row_number() over (order by noted.code, noted.position, noted.record_key),
    code.severity,
    noted.outcome,
    array[noted.code],
    noted.record_key,
    noted.position,
    noted.details
from noted
inner join ops.code using (code);
