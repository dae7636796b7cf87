-- One row an order met for the first time in this project: it waits to be created, or is left out for good. Known before the
-- first call, so that a killed run cannot make a second deal of it.
insert into mart.calltouch_deal as kept (
    site_id, order_ref, account, order_kind, order_title, organisation_ref, ordered_at, state, payload_hash, last_run_id
)
select
    %(site_id)s,
    decision.order_ref,
    %(account)s,
    document.kind,
    document.title,
    document.organisation_ref,
    document.ordered_at,
    decision.state,
    decision.payload_hash,
    decision.run_id
from stage.calltouch_orders_decision as decision
inner join stage.calltouch_orders_orders(%(intake)s) as document using (order_ref)
where decision.run_id = %(run_id)s and decision.state in ('create_pending', 'skipped_no_contact')
on conflict (site_id, order_ref) do update
    set
        account = excluded.account,
        order_title = excluded.order_title,
        state = excluded.state,
        payload_hash = excluded.payload_hash,
        last_error = null,
        last_run_id = excluded.last_run_id
    where kept.state in ('create_pending', 'skipped_no_contact', 'rejected');
