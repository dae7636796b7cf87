-- What is remembered of the CRM belongs to the account it was learnt of, and items to their shop: another account, or another shop, has
-- the same numbers for other things. And when each side was read, so that a plan is made of whole readings only.
-- squawk-ignore-file adding-not-nullable-field, adding-serial-primary-key-field, ban-drop-constraint, constraint-missing-not-valid
-- squawk-ignore-file require-concurrent-index-creation, require-concurrent-index-deletion
create temporary table catalog_run on commit drop as
with account as (
    select
        run_id,
        max(account) as account
    from ops.action
    where pipeline = 'opencart_catalog' and target = 'keepincrm'
    group by run_id
),

latest as (
    select
        (
            select run.source from ops.run
            where run.pipeline = 'opencart_catalog' and run.source is not null
            order by run.run_id desc
            limit 1
        ) as source,
        (
            select account.account from account
            order by account.run_id desc
            limit 1
        ) as account
)

select
    run.run_id,
    coalesce(run.source, latest.source, 'opencart') as source,
    coalesce(account.account, earlier.account, latest.account, 'keepincrm') as account
from ops.run
cross join latest
left join account on run.run_id = account.run_id
left join lateral (
    select before.account from account as before
    where before.run_id < run.run_id
    order by before.run_id desc
    limit 1
) as earlier on true
where run.pipeline = 'opencart_catalog'
union all
select
    0,
    coalesce(latest.source, 'opencart'),
    coalesce(latest.account, 'keepincrm')
from latest;
create unique index catalog_run_idx on catalog_run (run_id);

alter table mart.catalog_item add column source text;
comment on column mart.catalog_item.source is 'The shop: the connection to its database';
update mart.catalog_item as item
set
    source = (
        select run.source from catalog_run as run
        where run.run_id in (item.last_run_id, 0)
        order by run.run_id desc
        limit 1
    );
alter table mart.catalog_item
alter column source set not null,
drop constraint catalog_item_pkey,
add primary key (source, identity);
drop index mart.catalog_item_key_idx;
drop index mart.catalog_item_product_idx;
create index catalog_item_key_idx on mart.catalog_item (source, key);
create index catalog_item_product_idx on mart.catalog_item (source, product_id);

alter table mart.catalog_link
add column source text,
add column account text,
add column material_key text,
add column material_sku text,
add column is_lost boolean not null default false,
add column absent_run_id bigint;
comment on column mart.catalog_link.source is 'The shop: the connection to its database';
comment on column mart.catalog_link.account is 'The CRM''s account: the connection to it';
comment on column mart.catalog_link.material_key is 'The article that the material was last read with, normalised; null: none yet';
comment on column mart.catalog_link.material_sku is
'The material''s article as the CRM spells it, empty if it has none; null: not told since it was written';
comment on column mart.catalog_link.is_lost is 'The CRM did not have the material when it was last read whole';
comment on column mart.catalog_link.absent_run_id is 'The last run that was counted in absent_runs';
comment on column mart.catalog_link.absent_runs is
'Whole runs in a row in which the shop did not offer the item; dry runs and those of some articles are not counted';
comment on column mart.catalog_link.absent_on is 'The local date of the last of them; null: the shop offers it';
update mart.catalog_link as link
set
    source = (
        select run.source from catalog_run as run
        where run.run_id in (link.last_run_id, 0)
        order by run.run_id desc
        limit 1
    ),
    account = (
        select run.account from catalog_run as run
        where run.run_id in (link.last_run_id, 0)
        order by run.run_id desc
        limit 1
    );
alter table mart.catalog_link
alter column source set not null,
alter column account set not null,
drop constraint catalog_link_pkey,
add primary key (source, account, identity, material_id);
drop index mart.catalog_link_material_idx;
create index catalog_link_material_idx on mart.catalog_link (account, material_id);

alter table mart.catalog_category_link
add column source text,
add column account text;
comment on column mart.catalog_category_link.source is 'The shop: the connection to its database';
comment on column mart.catalog_category_link.account is 'The CRM''s account: the connection to it';
update mart.catalog_category_link as link
set
    source = (
        select run.source from catalog_run as run
        where run.run_id in (link.last_run_id, 0)
        order by run.run_id desc
        limit 1
    ),
    account = (
        select run.account from catalog_run as run
        where run.run_id in (link.last_run_id, 0)
        order by run.run_id desc
        limit 1
    );
alter table mart.catalog_category_link
alter column source set not null,
alter column account set not null,
drop constraint catalog_category_link_pkey,
add primary key (source, account, shop_category_id);

-- Which article the CRM holds is known of materials that were created.
update mart.catalog_link as link
set material_sku = made.sku
from (
    select distinct on (account, key, response ->> 'material_id')
        account,
        key as identity,
        (response ->> 'material_id')::bigint as material_id,
        after ->> 'sku' as sku
    from ops.action
    where pipeline = 'opencart_catalog' and target = 'keepincrm' and kind = 'create_material' and state = 'done' and after ? 'sku'
    order by account asc, key asc, response ->> 'material_id' asc, action_id desc
) as made
where link.account = made.account and link.identity = made.identity and link.material_id = made.material_id;

-- Maps of prices were sent whole: those that we changed, or found to be the same, are ours, the rest are people's.
with price as (
    select
        (action.response ->> 'material_id')::bigint as material_id,
        action.run_id,
        named.name,
        coalesce(named.value <> (action.before -> 'named_prices' ->> named.name), true) as is_ours
    from ops.action
    cross join lateral jsonb_each_text(action.after -> 'named_prices') as named (name, value)
    where
        action.pipeline = 'opencart_catalog'
        and action.kind in ('create_material', 'update_material')
        and action.state = 'done'
        and jsonb_typeof(action.after -> 'named_prices') = 'object'
)

delete from mart.catalog_sent_value as sent
where
    starts_with(sent.field, 'named_prices:')
    and exists (
        select 1
        from price
        where price.material_id = sent.material_id and price.run_id = sent.run_id and 'named_prices:' || price.name = sent.field
    )
    and not exists (
        select 1
        from price
        where price.is_ours and price.material_id = sent.material_id and 'named_prices:' || price.name = sent.field
    );

alter table mart.catalog_sent_value add column account text;
comment on column mart.catalog_sent_value.account is 'The CRM''s account: the connection to it';
update mart.catalog_sent_value as sent
set
    account = (
        select run.account from catalog_run as run
        where run.run_id in (sent.run_id, 0)
        order by run.run_id desc
        limit 1
    );
alter table mart.catalog_sent_value
alter column account set not null,
drop constraint catalog_sent_value_pkey,
add primary key (account, material_id, field);

alter table mart.catalog_picture add column account text;
comment on column mart.catalog_picture.account is 'The CRM''s account that was sent it: the connection to it';
update mart.catalog_picture as picture
set
    account = (
        select run.account from catalog_run as run
        where run.run_id in (picture.last_run_id, 0)
        order by run.run_id desc
        limit 1
    );
alter table mart.catalog_picture
alter column account set not null,
drop constraint catalog_picture_pkey,
add primary key (account, address);

-- What an account can do was kept with the shop.
delete from ops.cursor
where
    pipeline = 'opencart_catalog'
    and name = 'capabilities'
    and run_id < (
        select max(newest.run_id)
        from ops.cursor as newest
        where newest.pipeline = 'opencart_catalog' and newest.name = 'capabilities'
    );
update ops.cursor
set
    source = (
        select run.account from catalog_run as run
        where run.run_id in (cursor.run_id, 0)
        order by run.run_id desc
        limit 1
    )
where cursor.pipeline = 'opencart_catalog' and cursor.name = 'capabilities';

create unlogged table stage.opencart_catalog_reading (
    run_id bigint primary key,
    shop_read_at timestamptz not null,
    crm_read_at timestamptz
);
comment on table stage.opencart_catalog_reading is 'When the two sides of a run were read';
comment on column stage.opencart_catalog_reading.run_id is 'ops.run';
comment on column stage.opencart_catalog_reading.shop_read_at is 'The moment for which the shop''s specials and first days hold';
comment on column stage.opencart_catalog_reading.crm_read_at is
'When the CRM was read to its end; null: it is being read, or reading broke off';

create unlogged table stage.opencart_catalog_link (
    run_id bigint not null,
    identity text not null,
    material_id bigint not null,
    is_past boolean not null,
    is_lost boolean not null,
    is_own boolean not null,
    primary key (run_id, identity, material_id)
);
comment on table stage.opencart_catalog_link is 'mart.catalog_link of the shop and the account against the CRM as it was read';
comment on column stage.opencart_catalog_link.run_id is 'ops.run';
comment on column stage.opencart_catalog_link.identity is 'As in mart.catalog_link';
comment on column stage.opencart_catalog_link.material_id is 'As in mart.catalog_link';
comment on column stage.opencart_catalog_link.is_past is 'It tells nothing of the account: lost before, or written by this very run';
comment on column stage.opencart_catalog_link.is_lost is 'The CRM has not got the material any more, or not with that article';
comment on column stage.opencart_catalog_link.is_own is 'The material is there and is still what was linked';

alter table stage.opencart_catalog_item add column doubtful boolean not null default false;
comment on column stage.opencart_catalog_item.doubtful is 'Its prices cannot be told: those of the CRM stay';

delete from ops.code
where code = 'CATALOG_DATE_DONE';
update ops.code
set text = 'Невідомий знак надбавки опції: ціну варіанта не передано'
where code = 'CATALOG_UNKNOWN_PREFIX';
insert into ops.code (code, severity, text) values
('CATALOG_ARTICLE_CHANGED', 'warning', 'Артикул товару CRM змінили: він більше не вважається товаром сайту'),
('CATALOG_GONE_MEANWHILE', 'warning', 'Товар CRM видалили після складання плану: наступний запуск вирішить наново'),
('CATALOG_PICTURES_OFF', 'warning', 'CRM не приймає адрес картинок: вони не передаються'),
('CATALOG_LINKS_LOST', 'error', 'У CRM немає більшості товарів, пов’язаних раніше, або їхні артикули інші: схоже на інший обліковий запис');

-- What a page counts of a plan does not change any more once it is made.
create table mart.catalog_facet (
    run_id bigint not null,
    facet text not null,
    items integer not null,
    primary key (run_id, facet)
);
comment on table mart.catalog_facet is 'One row a plan and way to narrow it, with the number of its rows in mart.catalog_difference';
comment on column mart.catalog_facet.run_id is 'ops.run';
comment on column mart.catalog_facet.facet is 'As in mart.catalog_difference.facets; «all»: all rows of the plan';
comment on column mart.catalog_facet.items is 'How many rows of the plan are found by it';
insert into mart.catalog_facet (run_id, facet, items)
select
    difference.run_id,
    facet.name,
    count(*)
from mart.catalog_difference as difference
cross join lateral unnest(array_append(difference.facets, 'all')) as facet (name)
group by difference.run_id, facet.name;

create view mart.v_catalog_difference as
with latest as (
    select distinct on (source)
        source,
        run_id,
        started_at,
        dry_run
    from ops.run
    where pipeline = 'opencart_catalog' and source is not null and counters <> '{}'
    order by source asc, started_at desc, run_id desc
),

about as (
    select
        latest.run_id,
        told.seq,
        min(difference.identity) as identity,
        min(difference.article) as article,
        min(difference.title) as title
    from latest
    inner join mart.catalog_difference as difference on latest.run_id = difference.run_id
    cross join lateral unnest(difference.action_seqs) as told (seq)
    group by latest.run_id, told.seq
),

written as (
    select
        action.run_id,
        action.seq,
        field.name as field,
        action.before ->> field.name as before,
        field.value as after
    from latest
    inner join ops.action on latest.run_id = action.run_id
    cross join lateral jsonb_each_text(action.after) as field (name, value)
    where action.kind <> 'set_custom_fields' and field.name <> 'named_prices'
    union all
    select
        action.run_id,
        action.seq,
        'named_prices:' || price.name,
        action.before -> 'named_prices' ->> price.name,
        price.value
    from latest
    inner join ops.action on latest.run_id = action.run_id
    cross join lateral jsonb_each_text(action.after -> 'named_prices') as price (name, value)
    where action.kind in ('create_material', 'update_material') and jsonb_typeof(action.after -> 'named_prices') = 'object'
    union all
    select
        action.run_id,
        action.seq,
        'custom_fields:' || custom.title,
        action.before ->> custom.title,
        custom.value
    from latest
    inner join ops.action on latest.run_id = action.run_id
    cross join lateral jsonb_each_text(action.after) as custom (title, value)
    where action.kind = 'set_custom_fields'
)

select
    latest.source,
    latest.run_id,
    latest.started_at,
    latest.dry_run,
    action.account,
    action.seq,
    action.kind,
    about.identity,
    about.article,
    about.title,
    coalesce(
        case when starts_with(action.key, 'material:') then substr(action.key, 10)::bigint end,
        (action.response ->> 'material_id')::bigint
    ) as material_id,
    written.field,
    written.before,
    written.after,
    action.state,
    action.error
from written
inner join latest on written.run_id = latest.run_id
inner join ops.action on written.run_id = action.run_id and written.seq = action.seq
left join about on written.run_id = about.run_id and written.seq = about.seq
where written.before is distinct from written.after;
comment on view mart.v_catalog_difference is
'One row a field that the latest plan of each shop changes in the CRM: what it was, what it shall be, what became of it';
comment on column mart.v_catalog_difference.source is 'The shop';
comment on column mart.v_catalog_difference.run_id is 'ops.run: the latest one of the shop that came to a plan';
comment on column mart.v_catalog_difference.started_at is 'When that run was opened';
comment on column mart.v_catalog_difference.dry_run is 'Planned only';
comment on column mart.v_catalog_difference.account is 'The CRM''s account';
comment on column mart.v_catalog_difference.seq is 'The write, in the order of sending: ops.action.seq';
comment on column mart.v_catalog_difference.kind is 'What is written: create_material, update_material and so on';
comment on column mart.v_catalog_difference.identity is 'The item, as in mart.catalog_item; null: a category';
comment on column mart.v_catalog_difference.article is 'Article as the shop writes it';
comment on column mart.v_catalog_difference.title is 'Name of the item or of the category';
comment on column mart.v_catalog_difference.material_id is 'The material of the CRM; null: it is yet to be created, or it is a category';
comment on column mart.v_catalog_difference.field is 'The field; «named_prices:<name>» and «custom_fields:<title>» are one each';
comment on column mart.v_catalog_difference.before is 'What the CRM held when the plan was made; null: nothing';
comment on column mart.v_catalog_difference.after is 'What it shall hold; null: nothing';
comment on column mart.v_catalog_difference.state is 'What became of the write: as in ops.action';
comment on column mart.v_catalog_difference.error is 'Why it was not carried out';

create view mart.v_catalog_reconciliation as
select
    run.run_id,
    run.source,
    run.trigger,
    run.dry_run,
    run.state,
    run.started_at,
    run.finished_at,
    run.staged as items,
    outcome.total as outcomes,
    outcome.created,
    outcome.updated,
    outcome.unchanged,
    outcome.gone,
    outcome.stood_back,
    outcome.unfinished,
    log.records as logged,
    write.planned as writes,
    write.done as writes_done,
    write.failed as writes_failed,
    write.uncertain as writes_uncertain,
    write.skipped as writes_skipped,
    write.waiting as writes_waiting,
    outcome.total = run.staged as outcomes_are_items,
    log.records = outcome.total - outcome.unlogged as log_is_complete,
    run.state in ('running', 'failed') or write.waiting = 0 as nothing_is_waiting
from ops.run
left join lateral (
    select
        sum(counter.number::integer) as total,
        coalesce(sum(counter.number::integer) filter (where counter.name = 'created'), 0) as created,
        coalesce(sum(counter.number::integer) filter (where counter.name = 'updated'), 0) as updated,
        coalesce(sum(counter.number::integer) filter (where counter.name = 'unchanged'), 0) as unchanged,
        coalesce(sum(counter.number::integer) filter (
            where counter.name in ('absent', 'retired', 'unlisted', 'deleted')
        ), 0) as gone,
        coalesce(sum(counter.number::integer) filter (
            where counter.name in ('quarantined', 'repeated', 'refused', 'postponed', 'out_of_scope')
        ), 0) as stood_back,
        coalesce(sum(counter.number::integer) filter (
            where counter.name in ('failed', 'uncertain', 'not_sent')
        ), 0) as unfinished,
        coalesce(sum(counter.number::integer) filter (where counter.name in ('unchanged', 'out_of_scope')), 0) as unlogged
    from jsonb_each_text(run.counters) as counter (name, number)
) as outcome on true
left join lateral (
    select count(*) as records
    from ops.run_log
    where run_log.run_id = run.run_id and run_log.outcome is not null and run_log.outcome <> 'unchanged'
) as log on true
left join lateral (
    select
        count(*) as planned,
        count(*) filter (where action.state = 'done') as done,
        count(*) filter (where action.state = 'failed') as failed,
        count(*) filter (where action.state = 'uncertain') as uncertain,
        count(*) filter (where action.state = 'skipped') as skipped,
        count(*) filter (where action.state in ('planned', 'sending')) as waiting
    from ops.action
    where action.run_id = run.run_id
) as write on true
where run.pipeline = 'opencart_catalog' and run.counters <> '{}';
comment on view mart.v_catalog_reconciliation is
'One row a run of the catalogue that came to a plan: what was read, what became of it, what was written; the last columns must be true';
comment on column mart.v_catalog_reconciliation.run_id is 'ops.run';
comment on column mart.v_catalog_reconciliation.source is 'The shop';
comment on column mart.v_catalog_reconciliation.trigger is 'What started it: scheduled, manual, backfill';
comment on column mart.v_catalog_reconciliation.dry_run is 'Planned only';
comment on column mart.v_catalog_reconciliation.state is 'As in ops.run';
comment on column mart.v_catalog_reconciliation.started_at is 'When it was opened';
comment on column mart.v_catalog_reconciliation.finished_at is 'When it was closed; null: it is going';
comment on column mart.v_catalog_reconciliation.items is 'Items that the shop shows, and linked ones that it does not any more';
comment on column mart.v_catalog_reconciliation.outcomes is 'The same, added up from what became of them';
comment on column mart.v_catalog_reconciliation.created is 'Items that became materials';
comment on column mart.v_catalog_reconciliation.updated is 'Items whose materials were changed';
comment on column mart.v_catalog_reconciliation.unchanged is 'Items that are the same in the CRM';
comment on column mart.v_catalog_reconciliation.gone is 'Items that the shop does not offer, or whose materials were deleted';
comment on column mart.v_catalog_reconciliation.stood_back is
'Items that are not to be written: quarantined, repeated, without an article, postponed, out of the run''s scope';
comment on column mart.v_catalog_reconciliation.unfinished is 'Items that failed, are uncertain or were not sent';
comment on column mart.v_catalog_reconciliation.logged is 'Items in ops.run_log that are not unchanged';
comment on column mart.v_catalog_reconciliation.writes is 'Writes to the CRM that were planned';
comment on column mart.v_catalog_reconciliation.writes_done is 'Of them carried out';
comment on column mart.v_catalog_reconciliation.writes_failed is 'Of them refused by the CRM';
comment on column mart.v_catalog_reconciliation.writes_uncertain is 'Of them with a lost answer';
comment on column mart.v_catalog_reconciliation.writes_skipped is 'Of them not sent on purpose';
comment on column mart.v_catalog_reconciliation.writes_waiting is 'Of them still to be sent';
comment on column mart.v_catalog_reconciliation.outcomes_are_items is 'Every item has exactly one outcome';
comment on column mart.v_catalog_reconciliation.log_is_complete is 'Every item that is not unchanged or out of scope is in the log';
comment on column mart.v_catalog_reconciliation.nothing_is_waiting is
'A run that came to its end has nothing left to send; what one that was stopped has left the next one settles';
comment on column ops.run.started_at is
'When it was opened; «now» of every rule that compares with the present, unless the source was read later (opencart_catalog)';
