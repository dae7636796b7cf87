-- One row a shipment or a return of an order, as they were made; of a document of several orders, the part that is this one's.
select
    case when is_return then 'return' else 'shipment' end as kind,
    document_ref,
    number,
    at,
    posted,
    deleted,
    total,
    profit,
    currency,
    rate,
    document_total,
    total <> document_total as is_part
from stage.calltouch_orders_shares(null, array[%(ref)s::uuid])
order by at, number, document_ref
limit %(page_size)s;
