-- What an ordinary exchange looks at: orders whose documents or deals were written since its last good plan. And the index by which
-- an account's budget is read while all its callers wait.
-- squawk-ignore-file require-concurrent-index-creation
create table ops.order_change (
    order_ref uuid not null,
    changed_in xid8 not null default pg_current_xact_id(),
    changed_at timestamptz not null default now()
);
comment on table ops.order_change is 'One row an order and statement that wrote its documents or a deal of it; kept for days';
comment on column ops.order_change.order_ref is 'mart.erp_order';
comment on column ops.order_change.changed_in is 'The transaction: unlike a time, it tells what a plan could not see yet';
comment on column ops.order_change.changed_at is 'When that transaction began';
create index order_change_in_idx on ops.order_change (changed_in);

-- Rows are only added, never updated: writers do not wait for each other here. A document that moves to another order changes both.
create function mart.note_order_change() returns trigger language plpgsql as $$
begin
    if tg_op = 'INSERT' then
        insert into ops.order_change (order_ref)
        select distinct order_ref from written where order_ref is not null;
    elsif tg_op = 'DELETE' then
        insert into ops.order_change (order_ref)
        select distinct order_ref from overwritten where order_ref is not null;
    else
        insert into ops.order_change (order_ref)
        select order_ref from overwritten where order_ref is not null
        union
        select order_ref from written where order_ref is not null;
    end if;
    return null;
end
$$;

create trigger erp_order_inserted after insert on mart.erp_order
referencing new table as written for each statement execute function mart.note_order_change();
create trigger erp_order_updated after update on mart.erp_order
referencing old table as overwritten new table as written for each statement execute function mart.note_order_change();

create trigger erp_shipment_inserted after insert on mart.erp_shipment
referencing new table as written for each statement execute function mart.note_order_change();
create trigger erp_shipment_updated after update on mart.erp_shipment
referencing old table as overwritten new table as written for each statement execute function mart.note_order_change();
create trigger erp_shipment_deleted after delete on mart.erp_shipment
referencing old table as overwritten for each statement execute function mart.note_order_change();

create trigger erp_return_inserted after insert on mart.erp_return
referencing new table as written for each statement execute function mart.note_order_change();
create trigger erp_return_updated after update on mart.erp_return
referencing old table as overwritten new table as written for each statement execute function mart.note_order_change();
create trigger erp_return_deleted after delete on mart.erp_return
referencing old table as overwritten for each statement execute function mart.note_order_change();

create trigger calltouch_deal_inserted after insert on mart.calltouch_deal
referencing new table as written for each statement execute function mart.note_order_change();
create trigger calltouch_deal_updated after update on mart.calltouch_deal
referencing old table as overwritten new table as written for each statement execute function mart.note_order_change();
create trigger calltouch_deal_deleted after delete on mart.calltouch_deal
referencing old table as overwritten for each statement execute function mart.note_order_change();

create index calltouch_deal_pending_idx on mart.calltouch_deal (site_id) where state = 'create_pending';

create index calltouch_lead_source_waiting_idx on mart.calltouch_lead_source (site_id) where state = 'waiting';

create index budget_window_idx on ops.budget (target, account, window_start);
