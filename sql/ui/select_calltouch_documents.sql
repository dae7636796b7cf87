-- One row a shipment or a return of an order, as they were made.
select
    'shipment' as kind,
    shipment_ref as document_ref,
    number,
    shipped_at as at,
    posted,
    deleted,
    total,
    profit,
    currency,
    rate
from mart.erp_shipment
where order_ref = %(ref)s
union all
select
    'return',
    return_ref,
    number,
    returned_at,
    posted,
    deleted,
    total,
    profit,
    currency,
    rate
from mart.erp_return
where order_ref = %(ref)s
order by at, number, document_ref
limit %(page_size)s;
