-- One row a staged return.
insert into mart.erp_return as kept (
    return_ref, order_ref, shipment_ref, number, returned_at, posted, deleted, total, profit, currency, rate, data_version,
    last_run_id
)
select
    return_ref,
    order_ref,
    shipment_ref,
    number,
    returned_at,
    posted,
    deleted,
    total,
    profit,
    currency,
    rate,
    data_version,
    run_id
from stage.calltouch_orders_return
where run_id = %(run_id)s
on conflict (return_ref) do update
    set
        order_ref = excluded.order_ref,
        shipment_ref = excluded.shipment_ref,
        number = excluded.number,
        returned_at = excluded.returned_at,
        posted = excluded.posted,
        deleted = excluded.deleted,
        total = excluded.total,
        profit = excluded.profit,
        currency = excluded.currency,
        rate = excluded.rate,
        data_version = excluded.data_version,
        last_run_id = excluded.last_run_id
    where
    (
        kept.order_ref, kept.shipment_ref, kept.number, kept.returned_at, kept.posted, kept.deleted, kept.total, kept.profit,
        kept.currency, kept.rate, kept.data_version
    ) is distinct from (
        excluded.order_ref, excluded.shipment_ref, excluded.number, excluded.returned_at, excluded.posted, excluded.deleted,
        excluded.total, excluded.profit, excluded.currency, excluded.rate, excluded.data_version
    );
