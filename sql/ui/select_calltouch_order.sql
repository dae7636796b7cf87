-- One row: an order of 1C as last read, with its client and the order it was made from. None when it was never read.
select
    document.order_ref,
    document.kind,
    document.number,
    document.title,
    document.ordered_at,
    document.posted,
    document.deleted,
    document.contractor,
    document.organisation,
    document.manager,
    document.total,
    document.currency,
    document.rate,
    document.closed_at,
    document.base_order_ref,
    document.phones,
    document.emails,
    document.source_short,
    document.source_full,
    document.client_id,
    document.deal_id,
    client.name as client_name,
    base.title as base_title
from mart.erp_order as document
left join mart.client as client on document.client_id = client.client_id
left join mart.erp_order as base on document.base_order_ref = base.order_ref
where document.order_ref = %(ref)s;
