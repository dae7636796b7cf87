-- Orders that something else has put into the mart and that no client was looked for yet.
insert into stage.calltouch_orders_order (
    run_id, row_no, order_ref, kind, number, title, ordered_at, posted, deleted, contractor_ref, contractor, organisation_ref,
    organisation, manager, total, profit, currency, rate, closed_at, base_order_ref, phones, emails, source_short, source_full,
    data_version, client_id, deal_id, first_run_id, last_run_id
)
select
    %(run_id)s,
    0,
    kept.order_ref,
    kept.kind,
    kept.number,
    kept.title,
    kept.ordered_at,
    kept.posted,
    kept.deleted,
    kept.contractor_ref,
    kept.contractor,
    kept.organisation_ref,
    kept.organisation,
    kept.manager,
    kept.total,
    kept.profit,
    kept.currency,
    kept.rate,
    kept.closed_at,
    kept.base_order_ref,
    kept.phones,
    kept.emails,
    kept.source_short,
    kept.source_full,
    kept.data_version,
    kept.client_id,
    kept.deal_id,
    kept.first_run_id,
    kept.last_run_id
from mart.erp_order as kept
where
    kept.deal_id is null
    and not kept.deleted
    and (cardinality(kept.phones) > 0 or cardinality(kept.emails) > 0);
