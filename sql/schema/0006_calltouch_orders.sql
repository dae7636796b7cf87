-- Orders of the 1C base, what became of them in Calltouch, and where their leads came from.
create table mart.erp_order (
    order_ref uuid primary key,
    kind text not null check (kind in ('customer_order', 'work_order')),
    number text not null,
    title text not null,
    ordered_at timestamptz not null,
    posted boolean not null,
    deleted boolean not null,
    contractor_ref uuid,
    contractor text,
    organisation_ref uuid,
    organisation text,
    manager text,
    total numeric(18, 2) not null,
    profit numeric(18, 2),
    currency text not null default 'RUB',
    rate numeric(18, 6) not null default 1 check (rate > 0),
    closed_at timestamptz,
    base_order_ref uuid,
    phones text[] not null default '{}',
    emails text[] not null default '{}',
    source_short text,
    source_full text,
    data_version text,
    client_id bigint,
    deal_id bigint,
    first_run_id bigint,
    last_run_id bigint
);
comment on table mart.erp_order is 'An order or a work order of the 1C base, as last seen';
comment on column mart.erp_order.order_ref is 'The document''s GUID';
comment on column mart.erp_order.kind is 'customer_order («Заказ покупателя») or work_order («Заказ-наряд»)';
comment on column mart.erp_order.number is 'The document''s number, padding cut off; repeats yearly';
comment on column mart.erp_order.title is 'The document''s full title';
comment on column mart.erp_order.ordered_at is 'The document''s date and time';
comment on column mart.erp_order.posted is 'Posted in 1C; an unposted order counts too';
comment on column mart.erp_order.deleted is 'Marked for deletion';
comment on column mart.erp_order.contractor_ref is 'GUID of the contractor';
comment on column mart.erp_order.contractor is 'Name of the contractor';
comment on column mart.erp_order.organisation_ref is 'GUID of our organisation';
comment on column mart.erp_order.organisation is 'Name of our organisation';
comment on column mart.erp_order.manager is 'Name of the responsible person';
comment on column mart.erp_order.total is 'The document''s sum, in its currency';
comment on column mart.erp_order.profit is 'Profit of a work order that is its own shipment, in roubles; null: not known';
comment on column mart.erp_order.currency is 'ISO 4217';
comment on column mart.erp_order.rate is 'Roubles for one unit of the currency, by the document';
comment on column mart.erp_order.closed_at is 'When a work order was closed: that is its shipment';
comment on column mart.erp_order.base_order_ref is 'The order this one was made from';
comment on column mart.erp_order.phones is 'Phones of the contractor, normalised, in order of appearance';
comment on column mart.erp_order.emails is 'E-mails of the contractor, normalised';
comment on column mart.erp_order.source_short is '«Источник рекламы» as last read';
comment on column mart.erp_order.source_full is '«Полное наименование источника рекламы» as last read';
comment on column mart.erp_order.data_version is '1C''s opaque version of the document';
comment on column mart.erp_order.client_id is 'mart.client; null without a phone or an e-mail';
comment on column mart.erp_order.deal_id is 'mart.deal whose external_id is the GUID';
comment on column mart.erp_order.first_run_id is 'The run that saw it first';
comment on column mart.erp_order.last_run_id is 'The run that changed the row last';
create index erp_order_at_idx on mart.erp_order (ordered_at);
create index erp_order_number_idx on mart.erp_order (number, kind);

create table mart.erp_order_line (
    order_ref uuid not null,
    line_no integer not null,
    item_ref uuid,
    item text,
    kind text,
    groups text[] not null default '{}',
    quantity numeric(18, 3),
    amount numeric(18, 2),
    primary key (order_ref, line_no)
);
comment on table mart.erp_order_line is 'Lines of an order: goods, works and services, all sections in one sequence';
comment on column mart.erp_order_line.order_ref is 'mart.erp_order';
comment on column mart.erp_order_line.line_no is 'From 1, through all sections';
comment on column mart.erp_order_line.item_ref is 'GUID of the item';
comment on column mart.erp_order_line.item is 'Name of the item';
comment on column mart.erp_order_line.kind is '«Вид номенклатуры» of the item';
comment on column mart.erp_order_line.groups is 'The item''s own name and the names of the folders above it, the nearest first';
comment on column mart.erp_order_line.quantity is 'Quantity';
comment on column mart.erp_order_line.amount is 'Sum of the line, in the order''s currency';

create table mart.erp_shipment (
    shipment_ref uuid primary key,
    order_ref uuid,
    number text not null,
    shipped_at timestamptz not null,
    posted boolean not null,
    deleted boolean not null,
    total numeric(18, 2) not null,
    profit numeric(18, 2),
    currency text not null default 'RUB',
    rate numeric(18, 6) not null default 1 check (rate > 0),
    data_version text,
    last_run_id bigint
);
comment on table mart.erp_shipment is 'A shipment («накладная») of the 1C base';
comment on column mart.erp_shipment.shipment_ref is 'The document''s GUID';
comment on column mart.erp_shipment.order_ref is 'The order it ships; null: none could be told';
comment on column mart.erp_shipment.number is 'The document''s number';
comment on column mart.erp_shipment.shipped_at is 'The document''s date and time';
comment on column mart.erp_shipment.posted is 'Only posted documents count';
comment on column mart.erp_shipment.deleted is 'Marked for deletion: does not count';
comment on column mart.erp_shipment.total is 'The document''s sum, in its currency';
comment on column mart.erp_shipment.profit is 'Profit, in roubles; null: not known, never invented';
comment on column mart.erp_shipment.currency is 'ISO 4217';
comment on column mart.erp_shipment.rate is 'Roubles for one unit of the currency';
comment on column mart.erp_shipment.data_version is '1C''s opaque version of the document';
comment on column mart.erp_shipment.last_run_id is 'The run that changed the row last';
create index erp_shipment_order_idx on mart.erp_shipment (order_ref);
create index erp_shipment_at_idx on mart.erp_shipment (shipped_at);

create table mart.erp_return (
    return_ref uuid primary key,
    order_ref uuid,
    shipment_ref uuid,
    number text not null,
    returned_at timestamptz not null,
    posted boolean not null,
    deleted boolean not null,
    total numeric(18, 2) not null,
    profit numeric(18, 2),
    currency text not null default 'RUB',
    rate numeric(18, 6) not null default 1 check (rate > 0),
    data_version text,
    last_run_id bigint
);
comment on table mart.erp_return is 'A customer''s return in the 1C base';
comment on column mart.erp_return.return_ref is 'The document''s GUID';
comment on column mart.erp_return.order_ref is 'The order it takes back from; null: none could be told';
comment on column mart.erp_return.shipment_ref is 'The shipment it takes back; null: not known';
comment on column mart.erp_return.number is 'The document''s number';
comment on column mart.erp_return.returned_at is 'The document''s date and time';
comment on column mart.erp_return.posted is 'Only posted documents count';
comment on column mart.erp_return.deleted is 'Marked for deletion: does not count';
comment on column mart.erp_return.total is 'The document''s sum, positive, in its currency';
comment on column mart.erp_return.profit is 'Profit given back, positive, in roubles; null: not known';
comment on column mart.erp_return.currency is 'ISO 4217';
comment on column mart.erp_return.rate is 'Roubles for one unit of the currency';
comment on column mart.erp_return.data_version is '1C''s opaque version of the document';
comment on column mart.erp_return.last_run_id is 'The run that changed the row last';
create index erp_return_order_idx on mart.erp_return (order_ref);
create index erp_return_at_idx on mart.erp_return (returned_at);

create table mart.calltouch_deal (
    site_id text not null,
    order_ref uuid not null,
    account text not null,
    order_kind text not null,
    order_title text not null,
    organisation_ref uuid,
    ordered_at timestamptz not null,
    calltouch_order_id bigint,
    state text not null check (state in ('create_pending', 'created', 'shipped', 'skipped_no_contact', 'rejected')),
    payload_hash text,
    sent_status text,
    sent_status_at timestamptz,
    sent_revenue numeric(18, 2),
    sent_margin numeric(18, 2),
    sent_funnel text,
    sent_manager text,
    sent_tags text[],
    first_sent_at timestamptz,
    last_sent_at timestamptz,
    last_error text,
    attempts integer not null default 0,
    last_run_id bigint,
    primary key (site_id, order_ref)
);
comment on table mart.calltouch_deal is 'What each order became in a Calltouch project, and what was last sent about it';
comment on column mart.calltouch_deal.site_id is 'The Calltouch project';
comment on column mart.calltouch_deal.order_ref is 'mart.erp_order; the deal''s orderNumber';
comment on column mart.calltouch_deal.account is 'Name of the account in the settings';
comment on column mart.calltouch_deal.order_kind is 'customer_order or work_order';
comment on column mart.calltouch_deal.order_title is 'Title sent';
comment on column mart.calltouch_deal.organisation_ref is 'GUID of our organisation';
comment on column mart.calltouch_deal.ordered_at is 'The order''s date when it was first met; the deals journal is searched by it';
comment on column mart.calltouch_deal.calltouch_order_id is 'The deal''s id in Calltouch';
comment on column mart.calltouch_deal.state is 'create_pending, created, shipped; skipped_no_contact, rejected';
comment on column mart.calltouch_deal.payload_hash is 'SHA-256 of what was or will be sent to create it';
comment on column mart.calltouch_deal.sent_status is 'Status last sent';
comment on column mart.calltouch_deal.sent_status_at is 'Moment of that status';
comment on column mart.calltouch_deal.sent_revenue is 'Revenue last sent, in roubles';
comment on column mart.calltouch_deal.sent_margin is 'Margin last sent, in roubles; null: never';
comment on column mart.calltouch_deal.sent_funnel is 'Funnel last sent';
comment on column mart.calltouch_deal.sent_manager is 'Manager last sent';
comment on column mart.calltouch_deal.sent_tags is 'Deal tags last sent';
comment on column mart.calltouch_deal.first_sent_at is 'When it was created in Calltouch';
comment on column mart.calltouch_deal.last_sent_at is 'When anything was last sent';
comment on column mart.calltouch_deal.last_error is 'Calltouch''s last refusal';
comment on column mart.calltouch_deal.attempts is 'Calls that carried it';
comment on column mart.calltouch_deal.last_run_id is 'The run that changed the row last';
create index calltouch_deal_order_idx on mart.calltouch_deal (order_ref);
create index calltouch_deal_first_sent_idx on mart.calltouch_deal (first_sent_at);

create table mart.calltouch_lead_source (
    site_id text not null,
    order_ref uuid not null,
    state text not null default 'waiting' check (state in ('waiting', 'found', 'no_source')),
    source text,
    medium text,
    campaign text,
    keyword text,
    raw jsonb,
    checked_at timestamptz,
    found_at timestamptz,
    written_back_at timestamptz,
    written_short text,
    written_value text,
    kept_value text,
    last_error text,
    primary key (site_id, order_ref)
);
comment on table mart.calltouch_lead_source is 'Where the lead of a deal came from, and what was written back to the order';
comment on column mart.calltouch_lead_source.site_id is 'The Calltouch project';
comment on column mart.calltouch_lead_source.order_ref is 'mart.erp_order';
comment on column mart.calltouch_lead_source.state is 'waiting, found; no_source: given up after 72 hours';
comment on column mart.calltouch_lead_source.source is '«Источник»';
comment on column mart.calltouch_lead_source.medium is '«Канал»';
comment on column mart.calltouch_lead_source.campaign is '«Кампания»';
comment on column mart.calltouch_lead_source.keyword is '«Запрос»';
comment on column mart.calltouch_lead_source.raw is 'Ids, dates and source of the record of Calltouch it was read from';
comment on column mart.calltouch_lead_source.checked_at is 'When Calltouch was last asked';
comment on column mart.calltouch_lead_source.found_at is 'When it was found';
comment on column mart.calltouch_lead_source.written_back_at is 'When it was written to the order in 1C';
comment on column mart.calltouch_lead_source.written_short is 'What was written to «Источник рекламы»';
comment on column mart.calltouch_lead_source.written_value is 'What was written to «Полное наименование источника рекламы»';
comment on column mart.calltouch_lead_source.kept_value is 'A person''s value in the order that was left alone';
comment on column mart.calltouch_lead_source.last_error is 'Why it could not be written back';

-- Staged documents: the columns of the mart's tables, as the source says now. client_id and deal_id come from matching.
create unlogged table stage.calltouch_orders_order (
    run_id bigint not null,
    row_no integer not null,
    like mart.erp_order including comments,
    primary key (run_id, order_ref)
);
comment on table stage.calltouch_orders_order is 'Orders that are new or changed since they were last seen';
comment on column stage.calltouch_orders_order.run_id is 'ops.run';
comment on column stage.calltouch_orders_order.row_no is 'Place among the staged orders by date';
create unlogged table stage.calltouch_orders_line (run_id bigint not null, like mart.erp_order_line including comments);
comment on table stage.calltouch_orders_line is 'Lines of staged orders';
comment on column stage.calltouch_orders_line.run_id is 'ops.run';
create index calltouch_orders_line_idx on stage.calltouch_orders_line (run_id, order_ref);
create unlogged table stage.calltouch_orders_shipment (
    run_id bigint not null,
    like mart.erp_shipment including comments,
    primary key (run_id, shipment_ref)
);
comment on table stage.calltouch_orders_shipment is 'Shipments that are new or changed';
comment on column stage.calltouch_orders_shipment.run_id is 'ops.run';
create unlogged table stage.calltouch_orders_return (
    run_id bigint not null,
    like mart.erp_return including comments,
    primary key (run_id, return_ref)
);
comment on table stage.calltouch_orders_return is 'Returns that are new or changed';
comment on column stage.calltouch_orders_return.run_id is 'ops.run';
create unlogged table stage.calltouch_orders_refusal (
    run_id bigint not null,
    position integer not null,
    entity text not null,
    record_key text,
    code text not null,
    details jsonb not null default '{}'
);
comment on table stage.calltouch_orders_refusal is 'Documents that could not be read, and why';
comment on column stage.calltouch_orders_refusal.run_id is 'ops.run';
comment on column stage.calltouch_orders_refusal.position is 'Place among the documents read, from 1';
comment on column stage.calltouch_orders_refusal.entity is 'What kind of document, as 1C names it';
comment on column stage.calltouch_orders_refusal.record_key is 'Its GUID, if it has one';
comment on column stage.calltouch_orders_refusal.code is 'Why it was set aside';
comment on column stage.calltouch_orders_refusal.details is 'What exactly, without personal data';

create unlogged table stage.calltouch_orders_candidate (
    run_id bigint not null,
    seq integer not null,
    order_ref uuid not null,
    fresh boolean not null,
    shipped boolean not null,
    first_shipped_at timestamptz,
    last_document_at timestamptz,
    revenue numeric not null,
    margin numeric,
    primary key (run_id, seq)
);
comment on table stage.calltouch_orders_candidate is 'Orders about which there may be something to tell a Calltouch project';
comment on column stage.calltouch_orders_candidate.run_id is 'ops.run';
comment on column stage.calltouch_orders_candidate.seq is 'Place by the date of the order';
comment on column stage.calltouch_orders_candidate.order_ref is 'The order';
comment on column stage.calltouch_orders_candidate.fresh is 'The order or a shipment of it was read anew by this intake';
comment on column stage.calltouch_orders_candidate.shipped is 'It has a posted shipment, or is closed';
comment on column stage.calltouch_orders_candidate.first_shipped_at is 'Moment of the first shipment';
comment on column stage.calltouch_orders_candidate.last_document_at is 'Moment of the newest shipment or return';
comment on column stage.calltouch_orders_candidate.revenue is 'Shipped less returned, in roubles';
comment on column stage.calltouch_orders_candidate.margin is 'Profit of the same, in roubles; null: not known';

create unlogged table stage.calltouch_orders_decision (
    run_id bigint not null,
    seq integer not null,
    order_ref uuid not null,
    outcome text not null,
    codes text[] not null,
    details jsonb not null default '{}',
    kind text,
    before jsonb,
    after jsonb,
    state text,
    payload_hash text,
    lot text,
    primary key (run_id, seq)
);
comment on table stage.calltouch_orders_decision is 'What is to become of each order in a Calltouch project';
comment on column stage.calltouch_orders_decision.run_id is 'ops.run';
comment on column stage.calltouch_orders_decision.seq is 'Order of decisions; an order may have two';
comment on column stage.calltouch_orders_decision.order_ref is 'The order';
comment on column stage.calltouch_orders_decision.outcome is 'The one word for it';
comment on column stage.calltouch_orders_decision.codes is 'All codes that apply (ops.code)';
comment on column stage.calltouch_orders_decision.details is 'Old and new values; no personal data';
comment on column stage.calltouch_orders_decision.payload_hash is 'SHA-256 of a new deal';
comment on column stage.calltouch_orders_decision.kind is 'What to send: create, update; null: nothing';
comment on column stage.calltouch_orders_decision.before is 'What Calltouch holds';
comment on column stage.calltouch_orders_decision.after is 'The element to send';
comment on column stage.calltouch_orders_decision.state is 'State of mart.calltouch_deal to record now; null: as it is';
comment on column stage.calltouch_orders_decision.lot is 'ops.action.lot';

create unlogged table stage.calltouch_orders_source (
    run_id bigint not null,
    order_ref uuid not null,
    source text,
    medium text,
    campaign text,
    keyword text,
    raw jsonb,
    primary key (run_id, order_ref)
);
comment on table stage.calltouch_orders_source is 'What Calltouch says of where the lead of a deal came from';
comment on column stage.calltouch_orders_source.run_id is 'ops.run';
comment on column stage.calltouch_orders_source.order_ref is 'The order of the deal';
comment on column stage.calltouch_orders_source.source is '«Источник»';
comment on column stage.calltouch_orders_source.medium is '«Канал»';
comment on column stage.calltouch_orders_source.campaign is '«Кампания»';
comment on column stage.calltouch_orders_source.keyword is '«Запрос»';
comment on column stage.calltouch_orders_source.raw is 'The record it was read from; null: none names a source yet';

-- Documents as a plan must see them: staged by the run, else as the mart has them. After a real intake both say the same;
-- in a dry run the mart is not touched, and the plan is the same all the same. Columns are named, so that a table may have more.
create function stage.calltouch_orders_orders(intake bigint)
returns table (
    order_ref uuid, kind text, number text, title text, ordered_at timestamptz, posted boolean, deleted boolean,
    contractor_ref uuid, contractor text, organisation_ref uuid, organisation text, manager text, total numeric, profit numeric,
    currency text, rate numeric, closed_at timestamptz, base_order_ref uuid, phones text[], emails text[], source_short text,
    source_full text, data_version text, client_id bigint, deal_id bigint, first_run_id bigint, last_run_id bigint
)
language sql stable as $$
    select
        staged.order_ref, staged.kind, staged.number, staged.title, staged.ordered_at, staged.posted, staged.deleted,
        staged.contractor_ref, staged.contractor, staged.organisation_ref, staged.organisation, staged.manager, staged.total,
        staged.profit, staged.currency, staged.rate, staged.closed_at, staged.base_order_ref, staged.phones, staged.emails,
        staged.source_short, staged.source_full, staged.data_version, staged.client_id, staged.deal_id, staged.first_run_id,
        staged.last_run_id
    from stage.calltouch_orders_order as staged
    where staged.run_id = intake
    union all
    select
        kept.order_ref, kept.kind, kept.number, kept.title, kept.ordered_at, kept.posted, kept.deleted, kept.contractor_ref,
        kept.contractor, kept.organisation_ref, kept.organisation, kept.manager, kept.total, kept.profit, kept.currency,
        kept.rate, kept.closed_at, kept.base_order_ref, kept.phones, kept.emails, kept.source_short, kept.source_full,
        kept.data_version, kept.client_id, kept.deal_id, kept.first_run_id, kept.last_run_id
    from mart.erp_order as kept
    where not exists (
        select 1 from stage.calltouch_orders_order as newer where newer.run_id = intake and newer.order_ref = kept.order_ref
    )
$$;
create function stage.calltouch_orders_lines(intake bigint)
returns table (
    order_ref uuid, line_no integer, item_ref uuid, item text, kind text, groups text[], quantity numeric, amount numeric
)
language sql stable as $$
    select
        staged.order_ref, staged.line_no, staged.item_ref, staged.item, staged.kind, staged.groups, staged.quantity,
        staged.amount
    from stage.calltouch_orders_line as staged
    where staged.run_id = intake
    union all
    select
        kept.order_ref, kept.line_no, kept.item_ref, kept.item, kept.kind, kept.groups, kept.quantity, kept.amount
    from mart.erp_order_line as kept
    where not exists (
        select 1 from stage.calltouch_orders_order as newer where newer.run_id = intake and newer.order_ref = kept.order_ref
    )
$$;
create function stage.calltouch_orders_shipments(intake bigint)
returns table (
    shipment_ref uuid, order_ref uuid, number text, shipped_at timestamptz, posted boolean, deleted boolean, total numeric,
    profit numeric, currency text, rate numeric, data_version text, last_run_id bigint
)
language sql stable as $$
    select
        staged.shipment_ref, staged.order_ref, staged.number, staged.shipped_at, staged.posted, staged.deleted, staged.total,
        staged.profit, staged.currency, staged.rate, staged.data_version, staged.last_run_id
    from stage.calltouch_orders_shipment as staged
    where staged.run_id = intake
    union all
    select
        kept.shipment_ref, kept.order_ref, kept.number, kept.shipped_at, kept.posted, kept.deleted, kept.total, kept.profit,
        kept.currency, kept.rate, kept.data_version, kept.last_run_id
    from mart.erp_shipment as kept
    where not exists (
        select 1 from stage.calltouch_orders_shipment as newer where newer.run_id = intake and newer.shipment_ref = kept.shipment_ref
    )
$$;
create function stage.calltouch_orders_returns(intake bigint)
returns table (
    return_ref uuid, order_ref uuid, shipment_ref uuid, number text, returned_at timestamptz, posted boolean, deleted boolean,
    total numeric, profit numeric, currency text, rate numeric, data_version text, last_run_id bigint
)
language sql stable as $$
    select
        staged.return_ref, staged.order_ref, staged.shipment_ref, staged.number, staged.returned_at, staged.posted,
        staged.deleted, staged.total, staged.profit, staged.currency, staged.rate, staged.data_version, staged.last_run_id
    from stage.calltouch_orders_return as staged
    where staged.run_id = intake
    union all
    select
        kept.return_ref, kept.order_ref, kept.shipment_ref, kept.number, kept.returned_at, kept.posted, kept.deleted,
        kept.total, kept.profit, kept.currency, kept.rate, kept.data_version, kept.last_run_id
    from mart.erp_return as kept
    where not exists (
        select 1 from stage.calltouch_orders_return as newer where newer.run_id = intake and newer.return_ref = kept.return_ref
    )
$$;

-- What orders came to: posted shipments less posted returns, in roubles. A closed order without a shipment of its own is one.
-- A margin is known only if that of every document is. Of certain orders, or of all (null).
create function stage.calltouch_orders_sales(intake bigint, of_orders uuid[])
returns table (
    order_ref uuid,
    shipped boolean,
    first_shipped_at timestamptz,
    last_document_at timestamptz,
    revenue numeric,
    margin numeric
)
language sql stable as $$
    with shipment as (
        select shipped.order_ref, shipped.shipped_at as at, round(shipped.total * shipped.rate, 2) as revenue, shipped.profit as margin
        from stage.calltouch_orders_shipments(intake) as shipped
        where
            shipped.posted and not shipped.deleted and shipped.order_ref is not null
            and (of_orders is null or shipped.order_ref = any(of_orders))
    ),

    sale as (
        select shipment.order_ref, shipment.at, shipment.revenue, shipment.margin, true as is_shipment from shipment
        union all
        select
            closed.order_ref, closed.closed_at, round(closed.total * closed.rate, 2),
            closed.profit, true
        from stage.calltouch_orders_orders(intake) as closed
        where
            closed.closed_at is not null and closed.posted and not closed.deleted
            and (of_orders is null or closed.order_ref = any(of_orders))
            and not exists (select 1 from shipment where shipment.order_ref = closed.order_ref)
        union all
        select returned.order_ref, returned.returned_at, -round(returned.total * returned.rate, 2), -returned.profit, false
        from stage.calltouch_orders_returns(intake) as returned
        where
            returned.posted and not returned.deleted and returned.order_ref is not null
            and (of_orders is null or returned.order_ref = any(of_orders))
    )

    select
        sale.order_ref,
        bool_or(sale.is_shipment),
        min(sale.at) filter (where sale.is_shipment),
        max(sale.at),
        sum(sale.revenue),
        case when count(sale.margin) = count(*) then sum(sale.margin) end
    from sale
    group by sale.order_ref
$$;

insert into ops.code (code, severity, text) values
('ORDER_CREATED', 'info', 'Заказ отправлен в Calltouch новой сделкой'),
('ORDER_SHIPPED', 'info', 'Сделка переведена в «Заказ отгружен»'),
('SUMS_CHANGED', 'info', 'Сумма или прибыль сделки изменены'),
('NO_CONTACT', 'info', 'У контрагента нет ни телефона, ни e-mail: заказ не отправлен'),
('SHIPMENT_WITHOUT_DEAL', 'info', 'Отгружен заказ, сделки которого в Calltouch нет: ничего не отправлено'),
('REJECTED', 'error', 'Calltouch отклонил сделку'),
('NEGATIVE_CLAMPED', 'warning', 'Возвращено больше, чем отгружено: отправлен ноль'),
('MARGIN_UNKNOWN', 'info', 'Прибыль не известна: не отправлена'),
('TEXT_CUT', 'warning', 'Текст длиннее, чем принимает Calltouch: обрезан'),
('NO_FUNNEL_RULE', 'info', 'Ни одно правило не подошло: сделка без воронки'),
('DERIVED_ORDER', 'info', 'Заказ создан на основании другого заказа: не отправлен'),
('STOP_LISTED', 'info', 'Контрагент или телефон в стоп-листе'),
('PHONE_DROPPED', 'warning', 'Номер не похож на телефон: не использован'),
('CURRENCY_CONVERTED', 'info', 'Сумма пересчитана в рубли по курсу документа'),
('UNPOSTED_AFTER_SHIPMENT', 'warning', 'Отгрузка распроведена: сумма уменьшена, статус остался'),
('BEFORE_GO_LIVE', 'info', 'Заказ старше начала обмена: не отправлен'),
('SOURCE_FOUND', 'info', 'Источник обращения найден'),
('SOURCE_WRITTEN', 'info', 'Источник обращения записан в заказ'),
('SOURCE_KEPT', 'info', 'В заказе значение, введённое человеком: оставлено'),
('SOURCE_MISSING', 'info', 'Источник обращения за отведённое время не нашёлся'),
('SOURCE_REFUSED', 'error', '1С не приняла источник обращения'),
('UNATTRIBUTED_RETURN', 'warning', 'Возврат без документа-основания: ни к какому заказу не отнесён'),
('UNATTRIBUTED_SHIPMENT', 'info', 'Отгрузка без заказа: ни к какому заказу не отнесена'),
('BAD_DOCUMENT', 'error', 'Документ 1С не удалось прочитать'),
('LIMIT_REACHED', 'warning', 'Остановлено, не дожидаясь конца лимита'),
('OUTCOME_UNKNOWN', 'warning', 'Ответ потерян: исход выяснит следующий запуск'),
('STATUS_CHANGED', 'info', 'Статус сделки изменён вслед за пометкой удаления'),
('ORDER_DELETED', 'info', 'Заказ помечен на удаление: не отправлен'),
('NO_EXCHANGE_RULE', 'info', 'У организации заказа нет правила обмена для этого аккаунта'),
('REMATCHED', 'info', 'Для сделки заново ищется обращение'),
('NOT_SENT', 'warning', 'Не отправлено: запланирует следующий запуск');
