-- One row a staged shipment.
insert into mart.erp_shipment as kept (
    shipment_ref, order_ref, number, shipped_at, posted, deleted, total, profit, currency, rate, data_version, last_run_id
)
select
    shipment_ref,
    order_ref,
    number,
    shipped_at,
    posted,
    deleted,
    total,
    profit,
    currency,
    rate,
    data_version,
    run_id
from stage.calltouch_orders_shipment
where run_id = %(run_id)s
on conflict (shipment_ref) do update
    set
        order_ref = excluded.order_ref,
        number = excluded.number,
        shipped_at = excluded.shipped_at,
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
        kept.order_ref, kept.number, kept.shipped_at, kept.posted, kept.deleted, kept.total, kept.profit, kept.currency,
        kept.rate, kept.data_version
    ) is distinct from (
        excluded.order_ref, excluded.number, excluded.shipped_at, excluded.posted, excluded.deleted, excluded.total,
        excluded.profit, excluded.currency, excluded.rate, excluded.data_version
    );
