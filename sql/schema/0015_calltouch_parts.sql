-- Shipments and returns of several orders at once: what their rows say, and what of them counts for which order (onec-odata B5).
-- squawk-ignore-file require-concurrent-index-creation
create table mart.erp_sale_part (
    document_ref uuid not null,
    part_no integer not null,
    order_ref uuid,
    amount numeric(18, 2) not null,
    primary key (document_ref, part_no)
);
comment on table mart.erp_sale_part is 'Shipments and returns whose rows name other orders than the header: what of the rows is whose';
comment on column mart.erp_sale_part.document_ref is 'mart.erp_shipment or mart.erp_return';
comment on column mart.erp_sale_part.part_no is 'From 1, in no particular order';
comment on column mart.erp_sale_part.order_ref is 'The order that rows name; null: rows that name none belong to the order of the document';
comment on column mart.erp_sale_part.amount is 'Sum of the rows; only its proportion to the others counts';
create index erp_sale_part_order_idx on mart.erp_sale_part (order_ref);
create index erp_return_shipment_idx on mart.erp_return (shipment_ref);

create unlogged table stage.calltouch_orders_part (
    run_id bigint not null,
    like mart.erp_sale_part including comments,
    primary key (run_id, document_ref, part_no)
);
comment on table stage.calltouch_orders_part is 'Parts of staged shipments and returns';
comment on column stage.calltouch_orders_part.run_id is 'ops.run';

-- Parts as a plan must see them: those of documents staged by the run, else as the mart has them.
create function stage.calltouch_orders_parts(intake bigint)
returns table (document_ref uuid, order_ref uuid, amount numeric)
language sql stable as $$
    select staged.document_ref, staged.order_ref, staged.amount
    from stage.calltouch_orders_part as staged
    where staged.run_id = intake
    union all
    select kept.document_ref, kept.order_ref, kept.amount
    from mart.erp_sale_part as kept
    where
        not exists (
            select 1 from stage.calltouch_orders_shipment as newer
            where newer.run_id = intake and newer.shipment_ref = kept.document_ref
        )
        and not exists (
            select 1 from stage.calltouch_orders_return as newer
            where newer.run_id = intake and newer.return_ref = kept.document_ref
        )
$$;

-- One row a shipment or a return and order that it counts for, posted or not: the document as a whole, or the part that its rows
-- give the order. A return whose rows name nobody is shared out as its shipment. Each sum is shared out in proportion of the rows
-- to the kopeck, odd kopecks to the largest remainders; rows that come to nothing count alike. Of certain orders, or of all (null).
create function stage.calltouch_orders_shares(intake bigint, of_orders uuid[])
returns table (
    document_ref uuid, is_return boolean, order_ref uuid, number text, at timestamptz, posted boolean, deleted boolean,
    total numeric, profit numeric, revenue numeric, currency text, rate numeric, document_total numeric
)
language sql stable as $$
    with named as (
        select part.document_ref from stage.calltouch_orders_parts(intake) as part
        where part.order_ref = any(of_orders)
        union
        select shipped.shipment_ref from stage.calltouch_orders_shipments(intake) as shipped
        where shipped.order_ref = any(of_orders)
        union
        select returned.return_ref from stage.calltouch_orders_returns(intake) as returned
        where returned.order_ref = any(of_orders)
    ),

    document as (
        select
            shipped.shipment_ref as document_ref, null::uuid as taken_back, shipped.order_ref, shipped.number, shipped.shipped_at as at,
            shipped.posted, shipped.deleted, shipped.total, shipped.profit, shipped.currency, shipped.rate, false as is_return
        from stage.calltouch_orders_shipments(intake) as shipped
        where of_orders is null or shipped.shipment_ref = any(array(select named.document_ref from named))
        union all
        select
            returned.return_ref, returned.shipment_ref, returned.order_ref, returned.number, returned.returned_at,
            returned.posted, returned.deleted, returned.total, returned.profit, returned.currency, returned.rate, true
        from stage.calltouch_orders_returns(intake) as returned
        where
            of_orders is null
            or returned.return_ref = any(array(select named.document_ref from named))
            or returned.shipment_ref = any(array(select named.document_ref from named))
    ),

    needed as (
        select document.document_ref from document
        union
        select document.taken_back from document
        where document.taken_back is not null
    ),

    header as (
        select shipped.shipment_ref as document_ref, shipped.order_ref
        from stage.calltouch_orders_shipments(intake) as shipped
        where of_orders is null or shipped.shipment_ref = any(array(select needed.document_ref from needed))
        union all
        select returned.return_ref, returned.order_ref
        from stage.calltouch_orders_returns(intake) as returned
        where of_orders is null or returned.return_ref = any(array(select needed.document_ref from needed))
    ),

    part as (
        select part.document_ref, coalesce(part.order_ref, header.order_ref) as order_ref, sum(part.amount) as amount
        from stage.calltouch_orders_parts(intake) as part
        inner join header using (document_ref)
        where of_orders is null or part.document_ref = any(array(select needed.document_ref from needed))
        group by part.document_ref, coalesce(part.order_ref, header.order_ref)
    ),

    parted as (
        select document.document_ref, document.total, document.profit, document.rate, part.order_ref, part.amount
        from document
        inner join part on document.document_ref = part.document_ref
        union all
        select document.document_ref, document.total, document.profit, document.rate, sold.order_ref, sold.amount
        from document
        inner join part as sold on document.taken_back = sold.document_ref
        where not exists (select 1 from part as own where own.document_ref = document.document_ref)
    ),

    divided as (select distinct parted.document_ref from parted),

    proportioned as (
        select parted.*, sum(parted.amount) over mine as amounts, count(*) over mine as parts
        from parted
        window mine as (partition by parted.document_ref)
    ),

    weighed as (
        select
            proportioned.document_ref,
            proportioned.order_ref,
            measured.measure,
            round(measured.whole * 100) as kopecks,
            case when proportioned.amounts = 0 then 1 else proportioned.amount * sign(proportioned.amounts) end as weight,
            case when proportioned.amounts = 0 then proportioned.parts else abs(proportioned.amounts) end as weights
        from proportioned
        cross join lateral (
            values
            ('total', proportioned.total),
            ('profit', proportioned.profit),
            ('revenue', round(proportioned.total * proportioned.rate, 2))
        ) as measured (measure, whole)
    ),

    rounded as (
        select weighed.*, mod(mod(weighed.kopecks * weighed.weight, weighed.weights) + weighed.weights, weighed.weights) as rest
        from weighed
    ),

    sure as (
        select rounded.*, div(rounded.kopecks * rounded.weight - rounded.rest, rounded.weights) as sure
        from rounded
    ),

    dealt as (
        select
            sure.document_ref,
            sure.order_ref,
            sure.measure,
            sure.sure,
            sure.kopecks - sum(sure.sure) over (partition by sure.document_ref, sure.measure) as odd,
            row_number() over (partition by sure.document_ref, sure.measure order by sure.rest desc, sure.order_ref) as place
        from sure
    ),

    share as (
        select
            dealt.document_ref,
            dealt.order_ref,
            round(max(dealt.sure + (dealt.place <= dealt.odd)::integer) filter (where dealt.measure = 'total') / 100, 2) as total,
            round(max(dealt.sure + (dealt.place <= dealt.odd)::integer) filter (where dealt.measure = 'profit') / 100, 2) as profit,
            round(max(dealt.sure + (dealt.place <= dealt.odd)::integer) filter (where dealt.measure = 'revenue') / 100, 2) as revenue
        from dealt
        where of_orders is null or dealt.order_ref = any(of_orders)
        group by dealt.document_ref, dealt.order_ref
    )

    select
        document.document_ref, document.is_return, document.order_ref, document.number, document.at, document.posted,
        document.deleted, document.total, document.profit, round(document.total * document.rate, 2), document.currency,
        document.rate, document.total
    from document
    where
        (of_orders is null or document.order_ref = any(of_orders))
        and not exists (select 1 from divided where divided.document_ref = document.document_ref)
    union all
    select
        document.document_ref, document.is_return, share.order_ref, document.number, document.at, document.posted,
        document.deleted, share.total, share.profit, share.revenue, document.currency, document.rate, document.total
    from document
    inner join share using (document_ref)
$$;

-- As in 0006, but of documents that are shared out each order has its part.
create or replace function stage.calltouch_orders_sales(intake bigint, of_orders uuid[])
returns table (
    order_ref uuid,
    shipped boolean,
    first_shipped_at timestamptz,
    last_document_at timestamptz,
    revenue numeric,
    margin numeric
)
language sql stable as $$
    with share as (
        select shared.order_ref, shared.is_return, shared.at, shared.revenue, shared.profit
        from stage.calltouch_orders_shares(intake, of_orders) as shared
        where shared.posted and not shared.deleted and shared.order_ref is not null
    ),

    sale as (
        select share.order_ref, share.at, share.revenue, share.profit as margin, true as is_shipment
        from share
        where not share.is_return
        union all
        select
            closed.order_ref, closed.closed_at, round(closed.total * closed.rate, 2),
            closed.profit, true
        from stage.calltouch_orders_orders(intake) as closed
        where
            closed.closed_at is not null and closed.posted and not closed.deleted
            and (of_orders is null or closed.order_ref = any(of_orders))
            and not exists (select 1 from share where share.order_ref = closed.order_ref and not share.is_return)
        union all
        select share.order_ref, share.at, -share.revenue, -share.profit, false
        from share
        where share.is_return
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

-- A document that is shared out is an affair of all its orders: when it is written, and when its parts are. So is a return that
-- follows a shipment's parts. The arguments are the columns that name documents.
create function mart.note_shared_change() returns trigger language plpgsql as $$
declare
    side text;
    place integer;
    documents uuid[];
begin
    foreach side in array case tg_op
        when 'INSERT' then array['written'] when 'DELETE' then array['overwritten'] else array['overwritten', 'written']
    end
    loop
        for place in 0 .. tg_nargs - 1 loop
            execute format('select array_agg(distinct %I) from %I', tg_argv[place], side) into documents;
            insert into ops.order_change (order_ref)
            select part.order_ref from mart.erp_sale_part as part
            where part.document_ref = any(documents) and part.order_ref is not null
            union
            select shipment.order_ref from mart.erp_shipment as shipment
            where tg_table_name = 'erp_sale_part' and shipment.shipment_ref = any(documents) and shipment.order_ref is not null
            union
            select returned.order_ref from mart.erp_return as returned
            where
                tg_table_name = 'erp_sale_part'
                and (returned.return_ref = any(documents) or returned.shipment_ref = any(documents))
                and returned.order_ref is not null;
        end loop;
    end loop;
    return null;
end
$$;

create trigger erp_sale_part_inserted after insert on mart.erp_sale_part
referencing new table as written for each statement execute function mart.note_order_change();
create trigger erp_sale_part_updated after update on mart.erp_sale_part
referencing old table as overwritten new table as written for each statement execute function mart.note_order_change();
create trigger erp_sale_part_deleted after delete on mart.erp_sale_part
referencing old table as overwritten for each statement execute function mart.note_order_change();

create trigger erp_sale_part_inserted_shared after insert on mart.erp_sale_part
referencing new table as written for each statement execute function mart.note_shared_change('document_ref');
create trigger erp_sale_part_updated_shared after update on mart.erp_sale_part
referencing old table as overwritten new table as written for each statement execute function mart.note_shared_change('document_ref');
create trigger erp_sale_part_deleted_shared after delete on mart.erp_sale_part
referencing old table as overwritten for each statement execute function mart.note_shared_change('document_ref');

create trigger erp_shipment_inserted_shared after insert on mart.erp_shipment
referencing new table as written for each statement execute function mart.note_shared_change('shipment_ref');
create trigger erp_shipment_updated_shared after update on mart.erp_shipment
referencing old table as overwritten new table as written for each statement execute function mart.note_shared_change('shipment_ref');
create trigger erp_shipment_deleted_shared after delete on mart.erp_shipment
referencing old table as overwritten for each statement execute function mart.note_shared_change('shipment_ref');

create trigger erp_return_inserted_shared after insert on mart.erp_return
referencing new table as written for each statement execute function mart.note_shared_change('return_ref', 'shipment_ref');
create trigger erp_return_updated_shared after update on mart.erp_return
referencing old table as overwritten new table as written for each statement
execute function mart.note_shared_change('return_ref', 'shipment_ref');
create trigger erp_return_deleted_shared after delete on mart.erp_return
referencing old table as overwritten for each statement execute function mart.note_shared_change('return_ref', 'shipment_ref');

insert into ops.code (code, severity, text) values
('PART_UNATTRIBUTED', 'warning', 'Строки без заказа: эта часть документа ни к какому заказу не отнесена');
