-- One row a staged order. The first run that saw it stays.
insert into mart.erp_order as kept (
    order_ref, kind, number, title, ordered_at, posted, deleted, contractor_ref, contractor, organisation_ref, organisation,
    manager, total, profit, currency, rate, closed_at, base_order_ref, phones, emails, source_short, source_full, data_version,
    client_id, deal_id, first_run_id, last_run_id
)
select
    order_ref,
    kind,
    number,
    title,
    ordered_at,
    posted,
    deleted,
    contractor_ref,
    contractor,
    organisation_ref,
    organisation,
    manager,
    total,
    profit,
    currency,
    rate,
    closed_at,
    base_order_ref,
    phones,
    emails,
    source_short,
    source_full,
    data_version,
    client_id,
    deal_id,
    run_id as first_run_id,
    run_id as last_run_id
from stage.calltouch_orders_order
where run_id = %(run_id)s
on conflict (order_ref) do update
    set
        kind = excluded.kind,
        number = excluded.number,
        title = excluded.title,
        ordered_at = excluded.ordered_at,
        posted = excluded.posted,
        deleted = excluded.deleted,
        contractor_ref = excluded.contractor_ref,
        contractor = excluded.contractor,
        organisation_ref = excluded.organisation_ref,
        organisation = excluded.organisation,
        manager = excluded.manager,
        total = excluded.total,
        profit = excluded.profit,
        currency = excluded.currency,
        rate = excluded.rate,
        closed_at = excluded.closed_at,
        base_order_ref = excluded.base_order_ref,
        phones = excluded.phones,
        emails = excluded.emails,
        source_short = excluded.source_short,
        source_full = excluded.source_full,
        data_version = excluded.data_version,
        client_id = excluded.client_id,
        deal_id = excluded.deal_id,
        last_run_id = excluded.last_run_id
    where
    (
        kept.kind, kept.number, kept.title, kept.ordered_at, kept.posted, kept.deleted, kept.contractor_ref, kept.contractor,
        kept.organisation_ref, kept.organisation, kept.manager, kept.total, kept.profit, kept.currency, kept.rate,
        kept.closed_at, kept.base_order_ref, kept.phones, kept.emails, kept.source_short, kept.source_full, kept.data_version,
        kept.client_id, kept.deal_id
    ) is distinct from (
        excluded.kind, excluded.number, excluded.title, excluded.ordered_at, excluded.posted, excluded.deleted,
        excluded.contractor_ref, excluded.contractor, excluded.organisation_ref, excluded.organisation, excluded.manager,
        excluded.total, excluded.profit, excluded.currency, excluded.rate, excluded.closed_at, excluded.base_order_ref,
        excluded.phones, excluded.emails, excluded.source_short, excluded.source_full, excluded.data_version,
        excluded.client_id, excluded.deal_id
    );
