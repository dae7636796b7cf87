-- What analysts read of clients, imported payments, orders told to Calltouch, where sales come from, and what was refused.
-- squawk-ignore-file require-concurrent-index-creation
create index erp_order_client_idx on mart.erp_order (client_id) where client_id is not null;

-- Each part is looked up by index for the clients that are asked for, and left out where none of its columns is. It joins few
-- tables, so that whoever joins it stays below join_collapse_limit (8): above it all clients are put together first.
create view mart.v_client_360 as
select
    client.client_id,
    client.name,
    client.company,
    client.origin,
    client.created_at,
    key.tsuids,
    key.phones,
    key.emails,
    (
        select coalesce(jsonb_object_agg(linked.system, linked.ids), '{}')
        from (
            select
                known.system,
                jsonb_agg(known.external_id order by known.external_id) as ids
            from mart.client_link as known
            where known.client_id = client.client_id
            group by known.system
        ) as linked
    ) as links,
    deal.deals,
    deal.deals_open,
    deal.deals_won,
    deal.deals_lost,
    deal.deals_other,
    deal.open_amounts,
    deal.won_amounts,
    deal.lost_amounts,
    deal.other_amounts,
    payment.payments,
    payment.payment_amounts,
    erp.orders,
    erp.orders_amount,
    erp.calltouch_deals,
    erp.calltouch_shipped,
    (
        select coalesce(array_agg(distinct lead.source order by lead.source), '{}')
        from mart.erp_order as document
        inner join mart.calltouch_deal as told on document.order_ref = told.order_ref
        inner join mart.calltouch_lead_source as lead on told.site_id = lead.site_id and told.order_ref = lead.order_ref
        where document.client_id = client.client_id and lead.source is not null
    ) as calltouch_sources,
    stats.last_deal_at,
    payment.last_paid_at,
    erp.last_order_at,
    coalesce(greatest(stats.last_deal_at, payment.last_paid_at, erp.last_order_at), client.created_at) as last_activity_at
from mart.client
left join mart.client_stats as stats on client.client_id = stats.client_id
left join lateral (
    select
        coalesce(array_agg(held.value order by held.value) filter (where held.kind = 'tsuid'), '{}') as tsuids,
        coalesce(array_agg(held.value order by held.value) filter (where held.kind = 'phone'), '{}') as phones,
        coalesce(array_agg(held.value order by held.value) filter (where held.kind = 'email'), '{}') as emails
    from mart.client_key as held
    where held.client_id = client.client_id
) as key on true
left join lateral (
    select
        coalesce(sum(sorted.deals), 0)::bigint as deals,
        coalesce(sum(sorted.deals) filter (where sorted.state = 'open'), 0)::bigint as deals_open,
        coalesce(sum(sorted.deals) filter (where sorted.state = 'won'), 0)::bigint as deals_won,
        coalesce(sum(sorted.deals) filter (where sorted.state = 'lost'), 0)::bigint as deals_lost,
        coalesce(sum(sorted.deals) filter (where sorted.state = 'other'), 0)::bigint as deals_other,
        coalesce(
            jsonb_object_agg(sorted.code, sorted.amount) filter (where sorted.state = 'open' and sorted.amount is not null), '{}'
        ) as open_amounts,
        coalesce(
            jsonb_object_agg(sorted.code, sorted.amount) filter (where sorted.state = 'won' and sorted.amount is not null), '{}'
        ) as won_amounts,
        coalesce(
            jsonb_object_agg(sorted.code, sorted.amount) filter (where sorted.state = 'lost' and sorted.amount is not null), '{}'
        ) as lost_amounts,
        coalesce(
            jsonb_object_agg(sorted.code, sorted.amount) filter (where sorted.state = 'other' and sorted.amount is not null), '{}'
        ) as other_amounts
    from (
        select
            case when status.kind in ('won', 'lost', 'other') then status.kind else 'open' end as state,
            coalesce(made.currency, 'XXX') as code,
            count(*) as deals,
            sum(made.actual_amount) as amount
        from mart.deal as made
        inner join mart.deal_status as status on made.status_id = status.status_id
        where made.client_id = client.client_id
        group by state, code
    ) as sorted
) as deal on true
left join lateral (
    select
        coalesce(sum(summed.payments), 0)::bigint as payments,
        coalesce(jsonb_object_agg(summed.currency, summed.amount), '{}') as payment_amounts,
        max(summed.last_paid_at) as last_paid_at
    from (
        select
            paid.currency,
            count(*) as payments,
            sum(paid.amount) as amount,
            max(paid.paid_at) as last_paid_at
        from mart.deal as made
        inner join mart.payment as paid on made.deal_id = paid.deal_id
        where made.client_id = client.client_id
        group by paid.currency
    ) as summed
) as payment on true
left join lateral (
    select
        count(*) filter (where not document.deleted) as orders,
        coalesce(sum(round(document.total * document.rate, 2)) filter (where not document.deleted), 0) as orders_amount,
        max(document.ordered_at) filter (where not document.deleted) as last_order_at,
        coalesce(sum(told.deals), 0)::bigint as calltouch_deals,
        coalesce(sum(told.shipped), 0)::bigint as calltouch_shipped
    from mart.erp_order as document
    left join lateral (
        select
            count(made.first_sent_at) as deals,
            count(*) filter (where made.state = 'shipped') as shipped
        from mart.calltouch_deal as made
        where made.order_ref = document.order_ref
    ) as told on true
    where document.client_id = client.client_id
) as erp on true;
comment on view mart.v_client_360 is
'One row a client: what every system knows of it. Quick for chosen clients, by `where client_id = …`; sums are by currency';
comment on column mart.v_client_360.client_id is 'mart.client';
comment on column mart.v_client_360.name is 'Name as first received';
comment on column mart.v_client_360.company is 'Company as first received';
comment on column mart.v_client_360.origin is 'Which pipeline added it, or manual';
comment on column mart.v_client_360.created_at is 'When it was added here';
comment on column mart.v_client_360.tsuids is 'Its cookies';
comment on column mart.v_client_360.phones is 'Its phones, in digits';
comment on column mart.v_client_360.emails is 'Its e-mails, in lower case';
comment on column mart.v_client_360.links is 'Who it is elsewhere: {system: [keys there]}';
comment on column mart.v_client_360.deals is 'Its deals';
comment on column mart.v_client_360.deals_open is 'Of them new, repeated and in work';
comment on column mart.v_client_360.deals_won is 'Of them won';
comment on column mart.v_client_360.deals_lost is 'Of them lost';
comment on column mart.v_client_360.deals_other is 'Of them in a status that is neither';
comment on column mart.v_client_360.open_amounts is 'Actual amounts of open deals: {currency: sum}; XXX: no currency';
comment on column mart.v_client_360.won_amounts is 'Actual amounts of won deals';
comment on column mart.v_client_360.lost_amounts is 'Actual amounts of lost deals';
comment on column mart.v_client_360.other_amounts is 'Actual amounts of other deals';
comment on column mart.v_client_360.payments is 'Imported payments of its deals';
comment on column mart.v_client_360.payment_amounts is 'What they come to, refunds taken off: {currency: sum}';
comment on column mart.v_client_360.orders is 'Its orders in 1C, without those marked for deletion';
comment on column mart.v_client_360.orders_amount is 'What these orders come to, in roubles';
comment on column mart.v_client_360.calltouch_deals is 'Deals that Calltouch was told of; an order of two projects is two';
comment on column mart.v_client_360.calltouch_shipped is 'Of them told as shipped';
comment on column mart.v_client_360.calltouch_sources is 'Where the leads of its orders came from';
comment on column mart.v_client_360.last_deal_at is '«Дата последней сделки»: never in the future; null: none';
comment on column mart.v_client_360.last_paid_at is 'Its newest payment; null: none';
comment on column mart.v_client_360.last_order_at is 'Its newest order; null: none';
comment on column mart.v_client_360.last_activity_at is 'The newest of deal, payment and order; else when it was added';

create view mart.v_deal_import_reconciliation as
with kept as (
    select
        sorted.run_id,
        sum(sorted.payments)::bigint as payments,
        jsonb_object_agg(sorted.currency, sorted.amount) as amounts
    from (
        select
            payment.first_run_id as run_id,
            payment.currency,
            count(*) as payments,
            sum(payment.amount) as amount
        from mart.payment
        group by payment.first_run_id, payment.currency
    ) as sorted
    group by sorted.run_id
)

select
    run.run_id,
    run.source,
    run.trigger,
    run.dry_run,
    run.state,
    run.started_at,
    run.finished_at,
    run.staged as records,
    outcome.total as outcomes,
    outcome.created,
    outcome.bound,
    outcome.overwritten,
    outcome.status_set,
    outcome.unchanged,
    outcome.ignored,
    outcome.duplicate,
    outcome.refused,
    log.records as logged,
    log.imported as imported_amounts,
    log.changed as changed_amounts,
    coalesce(kept.payments, 0) as payments,
    coalesce(kept.amounts, '{}') as payment_amounts,
    outcome.total = run.staged as outcomes_are_records,
    case when run.state in ('success', 'partial') then log.records = outcome.total - outcome.unchanged end as log_is_complete,
    case
        when run.state in ('success', 'partial') and not run.dry_run
            then coalesce(kept.payments, 0) = outcome.created + outcome.bound
    end as payments_are_there
from ops.run
left join lateral (
    select
        sum(counter.number::integer) as total,
        coalesce(sum(counter.number::integer) filter (where counter.name = 'created'), 0) as created,
        coalesce(sum(counter.number::integer) filter (where counter.name = 'bound'), 0) as bound,
        coalesce(sum(counter.number::integer) filter (where counter.name = 'overwritten'), 0) as overwritten,
        coalesce(sum(counter.number::integer) filter (where counter.name = 'status_set'), 0) as status_set,
        coalesce(sum(counter.number::integer) filter (where counter.name = 'unchanged'), 0) as unchanged,
        coalesce(sum(counter.number::integer) filter (where counter.name = 'ignored'), 0) as ignored,
        coalesce(sum(counter.number::integer) filter (where counter.name = 'duplicate'), 0) as duplicate,
        coalesce(sum(counter.number::integer) filter (where counter.name = 'refused'), 0) as refused
    from jsonb_each_text(run.counters) as counter (name, number)
) as outcome on true
left join lateral (
    select
        coalesce(sum(sorted.records), 0)::bigint as records,
        coalesce(jsonb_object_agg(sorted.code, sorted.imported) filter (where sorted.imported is not null), '{}') as imported,
        coalesce(jsonb_object_agg(sorted.code, sorted.changed) filter (where sorted.changed is not null), '{}') as changed
    from (
        select
            coalesce(run_log.details ->> 'currency', payment.currency, 'XXX') as code,
            count(*) as records,
            sum((run_log.details ->> 'amount')::numeric) filter (where run_log.outcome in ('created', 'bound')) as imported,
            sum(
                (run_log.details -> 'actual_amount' ->> 'new')::numeric - (run_log.details -> 'actual_amount' ->> 'old')::numeric
            ) filter (where run_log.outcome = 'overwritten') as changed
        from ops.run_log
        left join mart.payment
            on run.source = payment.source and run_log.record_key = payment.record_id and run_log.outcome = 'overwritten'
        where run_log.run_id = run.run_id and run_log.outcome is not null and run_log.outcome <> 'unchanged'
        group by code
    ) as sorted
) as log on true
left join kept on run.run_id = kept.run_id
where run.pipeline = 'deal_import' and run.counters <> '{}';
comment on view mart.v_deal_import_reconciliation is
'One row a run of deal_import that came to a plan: what was read, what became of it, what money; the last columns must not be false';
comment on column mart.v_deal_import_reconciliation.run_id is 'ops.run';
comment on column mart.v_deal_import_reconciliation.source is 'The export''s name in settings';
comment on column mart.v_deal_import_reconciliation.trigger is 'What started it: scheduled, manual, backfill';
comment on column mart.v_deal_import_reconciliation.dry_run is 'Planned only';
comment on column mart.v_deal_import_reconciliation.state is 'As in ops.run';
comment on column mart.v_deal_import_reconciliation.started_at is 'When it was opened';
comment on column mart.v_deal_import_reconciliation.finished_at is 'When it was closed; null: it is going';
comment on column mart.v_deal_import_reconciliation.records is 'Records of the file';
comment on column mart.v_deal_import_reconciliation.outcomes is 'The same, added up from what became of them';
comment on column mart.v_deal_import_reconciliation.created is 'Records that opened a deal';
comment on column mart.v_deal_import_reconciliation.bound is 'Records bound to a deal that was there';
comment on column mart.v_deal_import_reconciliation.overwritten is 'Records imported before that have changed';
comment on column mart.v_deal_import_reconciliation.status_set is 'Records whose status could be set only now';
comment on column mart.v_deal_import_reconciliation.unchanged is 'Records imported before that are the same';
comment on column mart.v_deal_import_reconciliation.ignored is 'Records without an actual amount';
comment on column mart.v_deal_import_reconciliation.duplicate is 'Records that stand in the file before';
comment on column mart.v_deal_import_reconciliation.refused is 'Records that cannot be taken';
comment on column mart.v_deal_import_reconciliation.logged is 'Records in ops.run_log that are not unchanged';
comment on column mart.v_deal_import_reconciliation.imported_amounts is
'Payments that it imported, or a dry run would, as they were then: {currency: sum}';
comment on column mart.v_deal_import_reconciliation.changed_amounts is
'By how much it changed payments imported before: {currency: sum}. Both columns of all real runs of a source come to its payments';
comment on column mart.v_deal_import_reconciliation.payments is 'Payments in mart.payment that it imported';
comment on column mart.v_deal_import_reconciliation.payment_amounts is 'What these are today, later changes included: {currency: sum}';
comment on column mart.v_deal_import_reconciliation.outcomes_are_records is 'Every record has exactly one outcome';
comment on column mart.v_deal_import_reconciliation.log_is_complete is
'Every record that is not unchanged is in the log; null: the run is going or has failed';
comment on column mart.v_deal_import_reconciliation.payments_are_there is
'Every record that opened a deal or was bound is a payment; null: a dry run, or one that is going or has failed';

create view mart.v_calltouch_orders_reconciliation as
with known as (
    select
        order_ref,
        document.kind,
        document.title,
        document.ordered_at,
        document.deleted,
        document.client_id,
        round(document.total * document.rate, 2) as order_amount,
        coalesce(sale.shipped, false) as is_shipped,
        sale.last_document_at,
        coalesce(sale.revenue, 0) as revenue,
        sale.margin
    from mart.erp_order as document
    full join stage.calltouch_orders_sales(null, null) as sale using (order_ref)
),

joined as (
    select
        order_ref,
        deal.account,
        deal.site_id,
        deal.state,
        deal.calltouch_order_id,
        coalesce(known.kind, deal.order_kind) as kind,
        coalesce(known.title, deal.order_title) as title,
        coalesce(known.ordered_at, deal.ordered_at) as ordered_at,
        known.deleted,
        known.client_id,
        known.order_amount,
        coalesce(known.is_shipped, false) as is_shipped,
        known.last_document_at,
        coalesce(known.revenue, 0) as revenue,
        known.margin,
        deal.sent_status,
        deal.sent_revenue,
        deal.sent_margin,
        deal.last_sent_at,
        deal.last_error,
        deal.first_sent_at is not null and (
            coalesce(known.is_shipped, false)
            or deal.state = 'shipped'
            or (deal.state = 'rejected' and (deal.sent_margin is not null or deal.sent_status = 'Заказ отгружен'))
        ) as is_compared
    from known
    full join mart.calltouch_deal as deal using (order_ref)
),

due as (
    select
        joined.*,
        case when joined.is_compared then greatest(joined.revenue, 0) end as due_revenue,
        case
            when not joined.is_compared then null
            when not joined.is_shipped then case when joined.sent_margin is not null then 0 end
            when joined.revenue < 0 and joined.margin is not null then greatest(joined.margin, 0)
            else joined.margin
        end as due_margin
    from joined
)

select
    due.account,
    due.site_id,
    due.order_ref,
    due.kind,
    due.title,
    due.ordered_at,
    due.deleted,
    due.client_id,
    due.order_amount,
    due.is_shipped,
    due.revenue,
    due.margin,
    due.last_document_at,
    due.state,
    due.calltouch_order_id,
    due.sent_status,
    due.due_revenue,
    due.sent_revenue,
    due.due_margin,
    due.sent_margin,
    due.last_sent_at,
    due.last_error,
    due.due_revenue - coalesce(due.sent_revenue, 0) as revenue_difference,
    due.due_margin - coalesce(due.sent_margin, 0) as margin_difference,
    case
        when due.is_compared
            then
                coalesce(due.due_revenue = due.sent_revenue, false)
                and coalesce(due.due_margin = due.sent_margin, due.due_margin is null)
    end as agrees
from due;
comment on view mart.v_calltouch_orders_reconciliation is
'One row an order and account: what it came to in 1C, what Calltouch was told last. Of orders that Calltouch knows nothing of, one row';
comment on column mart.v_calltouch_orders_reconciliation.account is 'Name of the account in the settings; null: told to nobody';
comment on column mart.v_calltouch_orders_reconciliation.site_id is 'The Calltouch project; null: told to nobody';
comment on column mart.v_calltouch_orders_reconciliation.order_ref is 'mart.erp_order';
comment on column mart.v_calltouch_orders_reconciliation.kind is 'customer_order or work_order; null: the order itself was never read';
comment on column mart.v_calltouch_orders_reconciliation.title is 'The document''s full title';
comment on column mart.v_calltouch_orders_reconciliation.ordered_at is 'The document''s date and time';
comment on column mart.v_calltouch_orders_reconciliation.deleted is 'Marked for deletion';
comment on column mart.v_calltouch_orders_reconciliation.client_id is 'mart.client; null without a phone or an e-mail';
comment on column mart.v_calltouch_orders_reconciliation.order_amount is 'The order''s sum, in roubles';
comment on column mart.v_calltouch_orders_reconciliation.is_shipped is 'It has a posted shipment or a part of one, or is closed';
comment on column mart.v_calltouch_orders_reconciliation.revenue is
'Shipped less returned, its parts of shared documents included, in roubles';
comment on column mart.v_calltouch_orders_reconciliation.margin is 'Profit of the same, in roubles; null: not known, or nothing shipped';
comment on column mart.v_calltouch_orders_reconciliation.last_document_at is 'Moment of the newest shipment or return';
comment on column mart.v_calltouch_orders_reconciliation.state is 'As in mart.calltouch_deal; null: told to nobody';
comment on column mart.v_calltouch_orders_reconciliation.calltouch_order_id is 'The deal''s id in Calltouch';
comment on column mart.v_calltouch_orders_reconciliation.sent_status is 'Status last sent';
comment on column mart.v_calltouch_orders_reconciliation.due_revenue is
'What Calltouch should hold: the revenue, not below zero; null: not shipped, so the sum of the new deal stays, or no deal';
comment on column mart.v_calltouch_orders_reconciliation.sent_revenue is 'Revenue last sent, in roubles';
comment on column mart.v_calltouch_orders_reconciliation.due_margin is
'What Calltouch should hold: the margin, not below zero if more was returned than shipped; null: nothing to be told';
comment on column mart.v_calltouch_orders_reconciliation.sent_margin is 'Margin last sent, in roubles; null: never';
comment on column mart.v_calltouch_orders_reconciliation.last_sent_at is 'When anything was last sent';
comment on column mart.v_calltouch_orders_reconciliation.last_error is 'Calltouch''s last refusal';
comment on column mart.v_calltouch_orders_reconciliation.revenue_difference is 'What Calltouch is short of; null: nothing to compare';
comment on column mart.v_calltouch_orders_reconciliation.margin_difference is 'The same of the margin';
comment on column mart.v_calltouch_orders_reconciliation.agrees is
'Calltouch holds what it should. False: waiting for the next run, refused, or not taken; null: nothing to compare';

create view mart.v_sales_by_source as
select
    date_trunc('month', coalesce(document.ordered_at, deal.ordered_at))::date as month,
    deal.account,
    deal.site_id,
    lead.source,
    lead.medium as channel,
    lead.campaign,
    lead.keyword as query,
    count(*) as orders,
    count(*) filter (where document.deleted) as orders_deleted,
    count(*) filter (where sale.shipped) as orders_shipped,
    coalesce(sum(round(document.total * document.rate, 2)) filter (where not document.deleted), 0) as ordered_amount,
    coalesce(sum(sale.revenue), 0) as revenue,
    coalesce(sum(sale.margin), 0) as margin,
    count(*) filter (where sale.shipped and sale.margin is null) as orders_without_margin
from mart.calltouch_deal as deal
left join mart.erp_order as document on deal.order_ref = document.order_ref
left join mart.calltouch_lead_source as lead on deal.site_id = lead.site_id and deal.order_ref = lead.order_ref
left join stage.calltouch_orders_sales(null, null) as sale on deal.order_ref = sale.order_ref
where deal.first_sent_at is not null
group by month, deal.account, deal.site_id, lead.source, lead.medium, lead.campaign, lead.keyword;
comment on view mart.v_sales_by_source is
'One row a month, Calltouch account and source of leads: its deals and what their orders came to in 1C; «sales by UTM»';
comment on column mart.v_sales_by_source.month is 'First day of the month of the orders, in the session''s time zone';
comment on column mart.v_sales_by_source.account is 'Name of the account; an order that two accounts were told of is in both';
comment on column mart.v_sales_by_source.site_id is 'The Calltouch project';
comment on column mart.v_sales_by_source.source is '«Источник»; null: not known, or not yet';
comment on column mart.v_sales_by_source.channel is '«Канал»';
comment on column mart.v_sales_by_source.campaign is '«Кампания»';
comment on column mart.v_sales_by_source.query is '«Запрос»';
comment on column mart.v_sales_by_source.orders is 'Orders that Calltouch was told of';
comment on column mart.v_sales_by_source.orders_deleted is 'Of them marked for deletion since';
comment on column mart.v_sales_by_source.orders_shipped is 'Of them shipped, in part at least';
comment on column mart.v_sales_by_source.ordered_amount is 'Sums of the orders, without deleted ones, in roubles';
comment on column mart.v_sales_by_source.revenue is 'Shipped less returned so far, whenever that was, in roubles';
comment on column mart.v_sales_by_source.margin is 'Profit of the same as far as it is known, in roubles';
comment on column mart.v_sales_by_source.orders_without_margin is 'Shipped orders whose profit is not known';

create view mart.v_refusal as
select
    run_log.at::date as day,
    run.pipeline,
    run.source,
    code.code,
    code.severity,
    code.text,
    count(distinct coalesce(run_log.record_key, run_log.run_id || ':' || run_log.seq)) as records,
    count(*) as refusals,
    count(distinct run_log.run_id) as runs,
    max(run_log.run_id) as last_run_id
from ops.run_log
inner join ops.run on run_log.run_id = run.run_id
cross join lateral unnest(run_log.codes) as named (code)
inner join ops.code on named.code = code.code and run_log.severity = code.severity
where
    not run.dry_run
    and run_log.severity <> 'info'
    and run_log.outcome is not null
    and (run_log.severity = 'error' or run_log.outcome in ('refused', 'quarantined'))
group by day, run.pipeline, run.source, code.code;
comment on view mart.v_refusal is
'One row a day, pipeline, source and reason for which records were refused; without dry runs. A record with two reasons is in both';
comment on column mart.v_refusal.day is 'In the session''s time zone';
comment on column mart.v_refusal.pipeline is 'The dag_id';
comment on column mart.v_refusal.source is 'Export, account or shop; 1C: documents that could not be read';
comment on column mart.v_refusal.code is 'The reason: the gravest codes of the record (ops.code)';
comment on column mart.v_refusal.severity is 'error; warning: people have to settle it in the source';
comment on column mart.v_refusal.text is 'What the code means';
comment on column mart.v_refusal.records is 'Different records refused';
comment on column mart.v_refusal.refusals is 'How often: each run tries again';
comment on column mart.v_refusal.runs is 'Runs that refused any';
comment on column mart.v_refusal.last_run_id is 'The latest of them: ops.run';
