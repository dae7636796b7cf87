-- Which versions of documents the mart has, whatever kind of document they are.
select
    order_ref::text as ref,
    data_version
from mart.erp_order
where order_ref = any(%(refs)s::uuid[])
union all
select
    shipment_ref::text,
    data_version
from mart.erp_shipment
where shipment_ref = any(%(refs)s::uuid[])
union all
select
    return_ref::text,
    data_version
from mart.erp_return
where return_ref = any(%(refs)s::uuid[]);
