-- Bitrix24: tokens that rotate, time of methods, won deals and what of them is whose, totals with their history, products of deals.
-- squawk-ignore-file require-concurrent-index-creation
create table ops.oauth_token (
    target text not null,
    account text not null,
    seed text not null,
    tokens text not null,
    access_until timestamptz,
    renewed_at timestamptz not null default now(),
    primary key (target, account)
);
comment on table ops.oauth_token is 'Tokens that rotate: one row an account, swapped under its row lock';
comment on column ops.oauth_token.target is 'The vendor';
comment on column ops.oauth_token.account is 'Which connection of that vendor';
comment on column ops.oauth_token.seed is 'Hash of the tokens in the connection: a person who puts in others starts anew';
comment on column ops.oauth_token.tokens is 'Access and refresh token, encrypted by Airflow''s Fernet key';
comment on column ops.oauth_token.access_until is 'When the access token ends, as told; null: not told';
comment on column ops.oauth_token.renewed_at is 'When they were swapped last';
alter table ops.budget
add column operating numeric(18, 3),
add column resets_at timestamptz,
add column blocked_until timestamptz;
comment on column ops.budget.operating is
'Of a row time:<method>: seconds the vendor says it has worked on the method lately; null: not told';
comment on column ops.budget.resets_at is 'When the oldest of those seconds drop out, by our clock';
comment on column ops.budget.blocked_until is 'The vendor has refused the method until then';
comment on column ops.pace.target is 'The vendor, and where it counts by its own address that too: bitrix24:portal.example';

create table mart.bitrix24_funnel (
    account text not null,
    category_id integer not null,
    name text not null,
    sort integer,
    is_gone boolean not null default false,
    seen_run_id bigint not null,
    primary key (account, category_id)
);
comment on table mart.bitrix24_funnel is 'Directions: funnels of deals as the portal last showed them';
comment on column mart.bitrix24_funnel.account is 'The portal: the connection to it';
comment on column mart.bitrix24_funnel.category_id is 'The portal''s number; 0 is the default funnel';
comment on column mart.bitrix24_funnel.name is 'As people see it';
comment on column mart.bitrix24_funnel.sort is 'Its place among them';
comment on column mart.bitrix24_funnel.is_gone is 'The portal did not show it last time';
comment on column mart.bitrix24_funnel.seen_run_id is 'The run that saw it last';
create table mart.bitrix24_deal (
    account text not null,
    deal_id bigint not null,
    title text,
    category_id integer not null,
    stage_id text not null,
    closed_on date,
    moved_at timestamptz,
    updated_at timestamptz,
    opportunity numeric not null,
    currency text not null,
    company_id bigint,
    contact_ids bigint[] not null,
    year integer not null,
    year_by text not null check (year_by in ('closedate', 'won_at', 'stage_history')),
    rate numeric not null check (rate > 0),
    amount_minor bigint not null,
    target_currency text not null,
    decimals smallint not null,
    is_won boolean not null,
    is_refused boolean not null default false check (not (is_won and is_refused)),
    left_at timestamptz,
    first_run_id bigint not null,
    changed_run_id bigint not null,
    primary key (account, deal_id)
)
with (fillfactor = 90);
comment on table mart.bitrix24_deal is 'Won deals as they were last read whole, and those that were won once';
comment on column mart.bitrix24_deal.account is 'The portal';
comment on column mart.bitrix24_deal.deal_id is 'The portal''s number';
comment on column mart.bitrix24_deal.title is 'Name';
comment on column mart.bitrix24_deal.category_id is 'Direction: mart.bitrix24_funnel';
comment on column mart.bitrix24_deal.stage_id is 'Stage; only its semantics count';
comment on column mart.bitrix24_deal.closed_on is '«Дата завершения» as written, without any shift of zone; null: empty';
comment on column mart.bitrix24_deal.moved_at is 'Last change of stage';
comment on column mart.bitrix24_deal.updated_at is 'Last change';
comment on column mart.bitrix24_deal.opportunity is 'Sum as in the deal';
comment on column mart.bitrix24_deal.currency is 'Its currency';
comment on column mart.bitrix24_deal.company_id is 'Company; gets nothing';
comment on column mart.bitrix24_deal.contact_ids is 'Who shares it, ascending; empty: nobody';
comment on column mart.bitrix24_deal.year is 'The year it counts for';
comment on column mart.bitrix24_deal.year_by is
'What the year was really taken from; won_at: the last change of stage, also where a wanted date was not told';
comment on column mart.bitrix24_deal.rate is 'Target currency for one of its own, to 20 places';
comment on column mart.bitrix24_deal.amount_minor is 'Sum in the target currency, in its smallest unit';
comment on column mart.bitrix24_deal.target_currency is 'The target currency';
comment on column mart.bitrix24_deal.decimals is 'Its places';
comment on column mart.bitrix24_deal.is_won is 'It counts; false: reopened, lost, deleted or moved out since, or refused';
comment on column mart.bitrix24_deal.is_refused is 'Still won, but it cannot be counted any more: the log of changed_run_id says why';
comment on column mart.bitrix24_deal.left_at is 'Start of the run that no longer found it won; null: won, or refused';
comment on column mart.bitrix24_deal.first_run_id is 'The run that saw it won first';
comment on column mart.bitrix24_deal.changed_run_id is 'The run that changed this row last';
create index bitrix24_deal_year_idx on mart.bitrix24_deal (account, year, category_id) where is_won;
create table mart.bitrix24_deal_part (
    account text not null,
    deal_id bigint not null,
    contact_id bigint not null,
    amount_minor bigint not null,
    primary key (account, deal_id, contact_id)
);
comment on table mart.bitrix24_deal_part is 'What of a won deal is whose: its parts add up to the deal, to the smallest unit';
comment on column mart.bitrix24_deal_part.account is 'The portal';
comment on column mart.bitrix24_deal_part.deal_id is 'mart.bitrix24_deal';
comment on column mart.bitrix24_deal_part.contact_id is 'mart.bitrix24_contact';
comment on column mart.bitrix24_deal_part.amount_minor is 'The contact''s part, in the smallest unit of the target currency';
create index bitrix24_deal_part_contact_idx on mart.bitrix24_deal_part (account, contact_id);
create table mart.bitrix24_deal_rate (
    account text not null,
    deal_id bigint not null,
    currency text not null,
    target_currency text not null,
    rate numeric not null check (rate > 0),
    frozen_at timestamptz not null,
    run_id bigint not null,
    primary key (account, deal_id, currency, target_currency)
);
comment on table mart.bitrix24_deal_rate is 'Rates frozen when a deal in another currency was first seen won';
comment on column mart.bitrix24_deal_rate.account is 'The portal';
comment on column mart.bitrix24_deal_rate.deal_id is 'The deal';
comment on column mart.bitrix24_deal_rate.currency is 'Of the deal';
comment on column mart.bitrix24_deal_rate.target_currency is 'Of the totals';
comment on column mart.bitrix24_deal_rate.rate is 'Target currency for one of the deal''s, to 20 places';
comment on column mart.bitrix24_deal_rate.frozen_at is 'Start of that run';
comment on column mart.bitrix24_deal_rate.run_id is 'That run';
create table mart.bitrix24_contact (
    account text not null,
    contact_id bigint not null,
    name text,
    gone_at timestamptz,
    looked_at timestamptz,
    first_run_id bigint not null,
    primary key (account, contact_id)
);
comment on table mart.bitrix24_contact is 'Contacts that have or had a total';
comment on column mart.bitrix24_contact.account is 'The portal';
comment on column mart.bitrix24_contact.contact_id is 'The portal''s number; its client: mart.client_link (system = account)';
comment on column mart.bitrix24_contact.name is 'As the portal writes it; null: not read yet';
comment on column mart.bitrix24_contact.gone_at is 'Start of the run that did not find it; its share stays here';
comment on column mart.bitrix24_contact.looked_at is 'Start of the run that read its fields last; null: never read';
comment on column mart.bitrix24_contact.first_run_id is 'The run that met it first';
create table mart.contact_year_total (
    account text not null,
    contact_id bigint not null,
    category_id integer not null,
    year integer not null,
    amount_minor bigint not null,
    currency text not null,
    decimals smallint not null,
    deals integer not null,
    changed_at timestamptz not null,
    changed_run_id bigint not null,
    primary key (account, contact_id, category_id, year)
)
with (fillfactor = 90);
comment on table mart.contact_year_total is 'What a contact bought in a year and direction; one that fell stays, with 0';
comment on column mart.contact_year_total.account is 'The portal';
comment on column mart.contact_year_total.contact_id is 'mart.bitrix24_contact';
comment on column mart.contact_year_total.category_id is 'Direction: mart.bitrix24_funnel';
comment on column mart.contact_year_total.year is 'By the policy of the settings';
comment on column mart.contact_year_total.amount_minor is 'Sum of the contact''s parts, in the smallest unit of the currency';
comment on column mart.contact_year_total.currency is 'The target currency';
comment on column mart.contact_year_total.decimals is 'Its places';
comment on column mart.contact_year_total.deals is 'Deals behind it';
comment on column mart.contact_year_total.changed_at is 'Start of the run that changed it last';
comment on column mart.contact_year_total.changed_run_id is 'That run';
create index contact_year_total_top_idx on mart.contact_year_total (account, year, amount_minor desc, contact_id);
create table mart.contact_year_total_history (
    account text not null,
    contact_id bigint not null,
    category_id integer not null,
    year integer not null,
    amount_minor bigint not null,
    currency text not null,
    decimals smallint not null,
    deals integer not null,
    valid_from timestamptz not null,
    valid_to timestamptz,
    run_id bigint not null,
    primary key (account, contact_id, category_id, year, valid_from)
);
comment on table mart.contact_year_total_history is 'Every value a total ever had';
comment on column mart.contact_year_total_history.account is 'The portal';
comment on column mart.contact_year_total_history.contact_id is 'mart.bitrix24_contact';
comment on column mart.contact_year_total_history.category_id is 'Direction';
comment on column mart.contact_year_total_history.year is 'Year';
comment on column mart.contact_year_total_history.amount_minor is 'Its value then';
comment on column mart.contact_year_total_history.currency is 'The target currency then';
comment on column mart.contact_year_total_history.decimals is 'Its places';
comment on column mart.contact_year_total_history.deals is 'Deals behind it then';
comment on column mart.contact_year_total_history.valid_from is 'Start of the run that found it';
comment on column mart.contact_year_total_history.valid_to is 'Start of the run that found another; null: it still holds';
comment on column mart.contact_year_total_history.run_id is 'The run that found it';
create unique index contact_year_total_now_uq on mart.contact_year_total_history (account, contact_id, category_id, year)
where valid_to is null;
create table mart.bitrix24_field (
    account text not null,
    field_name text not null,
    kind text not null check (kind in ('total', 'year', 'all', 'changed_at')),
    category_id integer,
    year integer,
    field_id bigint,
    label text,
    precision smallint,
    is_gone boolean not null default false,
    seen_run_id bigint not null,
    primary key (account, field_name)
);
comment on table mart.bitrix24_field is 'Fields of the portal''s contacts that totals are written to';
comment on column mart.bitrix24_field.account is 'The portal';
comment on column mart.bitrix24_field.field_name is 'UF_CRM_…';
comment on column mart.bitrix24_field.kind is 'One direction and year; a year; everything; when it changed';
comment on column mart.bitrix24_field.category_id is 'Direction, of kind total';
comment on column mart.bitrix24_field.year is 'Year, of kinds total and year';
comment on column mart.bitrix24_field.field_id is 'The portal''s number; null: not told';
comment on column mart.bitrix24_field.label is 'As the portal showed it last';
comment on column mart.bitrix24_field.precision is 'Places the portal keeps';
comment on column mart.bitrix24_field.is_gone is 'Not written any more: the portal has it no longer, or the settings do not name it';
comment on column mart.bitrix24_field.seen_run_id is 'The run that saw or made it last';
create table mart.bitrix24_written_total (
    account text not null,
    contact_id bigint not null,
    field_name text not null,
    amount_minor bigint not null,
    decimals smallint not null,
    confirmed_at timestamptz not null,
    was_written boolean not null,
    run_id bigint not null,
    primary key (account, contact_id, field_name)
)
with (fillfactor = 90);
create index action_in_doubt_idx on ops.action (target, account, kind) where attempts > 0 and state <> 'done';
comment on table mart.bitrix24_written_total is 'What the portal is known to hold: written by us or read there';
comment on column mart.bitrix24_written_total.account is 'The portal';
comment on column mart.bitrix24_written_total.contact_id is 'mart.bitrix24_contact';
comment on column mart.bitrix24_written_total.field_name is 'mart.bitrix24_field';
comment on column mart.bitrix24_written_total.amount_minor is 'In the smallest unit of the target currency; 0 is also an empty field';
comment on column mart.bitrix24_written_total.decimals is 'Places of that unit';
comment on column mart.bitrix24_written_total.confirmed_at is 'When the portal said so';
comment on column mart.bitrix24_written_total.was_written is 'False: it held that already when we looked';
comment on column mart.bitrix24_written_total.run_id is 'The run';
create table mart.bitrix24_snapshot (
    account text not null,
    run_id bigint not null,
    read_at timestamptz not null,
    requests integer not null,
    deals integer not null,
    amount_minor bigint not null,
    unattributed_minor bigint not null,
    currency text not null,
    decimals smallint not null,
    funnels jsonb not null,
    policy jsonb not null,
    primary key (account, run_id)
);
comment on table mart.bitrix24_snapshot is 'What every whole reading of won deals came to: what the next is compared with';
comment on column mart.bitrix24_snapshot.account is 'The portal';
comment on column mart.bitrix24_snapshot.run_id is 'ops.run';
comment on column mart.bitrix24_snapshot.read_at is 'When the reading began, by our clock';
comment on column mart.bitrix24_snapshot.requests is 'Requests it took';
comment on column mart.bitrix24_snapshot.deals is 'Won deals';
comment on column mart.bitrix24_snapshot.amount_minor is 'Their sum';
comment on column mart.bitrix24_snapshot.unattributed_minor is 'Of it, deals without contacts';
comment on column mart.bitrix24_snapshot.currency is 'The target currency';
comment on column mart.bitrix24_snapshot.decimals is 'Its places';
comment on column mart.bitrix24_snapshot.funnels is 'By direction: {"0": {"deals": 120, "minor": 5000000}}';
comment on column mart.bitrix24_snapshot.policy is 'Settings that shape totals, for the next comparison: year, split, rates, funnels';
create table mart.contact_tier (
    account text not null,
    tier_no integer not null,
    name text not null,
    per text not null check (per in ('year', 'all_years')),
    category_id integer,
    threshold numeric(18, 2) not null,
    benefit text,
    primary key (account, tier_no)
);
comment on table mart.contact_tier is 'Thresholds of bonuses as the settings have them';
comment on column mart.contact_tier.account is 'The portal';
comment on column mart.contact_tier.tier_no is 'The higher, the better';
comment on column mart.contact_tier.name is 'As people call it';
comment on column mart.contact_tier.per is 'Which sums count';
comment on column mart.contact_tier.category_id is 'Only of this direction; null: of all';
comment on column mart.contact_tier.threshold is 'From this sum on, in the target currency';
comment on column mart.contact_tier.benefit is 'What it gives';
create table mart.bitrix24_deal_product (
    account text not null,
    deal_id bigint not null,
    title text,
    category_id integer not null,
    product_id bigint,
    offer_id bigint,
    product_name text,
    fingerprint text,
    written jsonb not null default '{}',
    doubted jsonb,
    state text not null check (state in ('copied', 'no_product', 'conflict', 'product_missing', 'unreadable', 'failed', 'frozen')),
    codes text[] not null default '{}',
    copied_at timestamptz,
    frozen_at timestamptz,
    seen_run_id bigint not null,
    primary key (account, deal_id)
);
comment on table mart.bitrix24_deal_product is 'What product an open deal has, and what was copied from it';
comment on column mart.bitrix24_deal_product.account is 'The portal';
comment on column mart.bitrix24_deal_product.deal_id is 'The portal''s number';
comment on column mart.bitrix24_deal_product.title is 'The deal''s name when read last';
comment on column mart.bitrix24_deal_product.category_id is 'Its funnel';
comment on column mart.bitrix24_deal_product.product_id is 'The product, of a variation its parent; null: none, or not one';
comment on column mart.bitrix24_deal_product.offer_id is 'The variation; null: none';
comment on column mart.bitrix24_deal_product.product_name is 'The product''s name';
comment on column mart.bitrix24_deal_product.fingerprint is
'Hash of product, its version and the values it gives; null: nothing copied yet';
comment on column mart.bitrix24_deal_product.written is 'Field of the deal -> what was last copied into it';
comment on column mart.bitrix24_deal_product.doubted is
'Field of the deal -> what was to be copied after that, and nobody knows whether it was; null: nothing';
comment on column mart.bitrix24_deal_product.state is 'How it stands';
comment on column mart.bitrix24_deal_product.codes is 'All codes that apply (ops.code)';
comment on column mart.bitrix24_deal_product.copied_at is 'When something was copied last';
comment on column mart.bitrix24_deal_product.frozen_at is 'When the deal was found closed: nothing is copied any more';
comment on column mart.bitrix24_deal_product.seen_run_id is 'The run that looked at it last';
create index bitrix24_deal_product_state_idx on mart.bitrix24_deal_product (account, state, deal_id);

create unlogged table stage.scan (
    run_id bigint not null,
    name text not null,
    began_at timestamptz not null,
    head_id bigint,
    told_before integer,
    told_after integer,
    last_id bigint not null default 0,
    requests integer not null default 0,
    rows integer not null default 0,
    finished_at timestamptz,
    primary key (run_id, name)
);
comment on table stage.scan is 'How far a long reading of a run has come, so that it goes on after a pause';
comment on column stage.scan.run_id is 'ops.run';
comment on column stage.scan.name is 'Which list, in the words of the step that reads it';
comment on column stage.scan.began_at is 'When it began, by our clock';
comment on column stage.scan.head_id is 'The largest id there was at its beginning; null: none';
comment on column stage.scan.told_before is 'How many the portal counted then; null: not told';
comment on column stage.scan.told_after is 'How many up to head_id it counted at the end; null: not told';
comment on column stage.scan.last_id is 'Everything up to it is staged';
comment on column stage.scan.requests is 'Requests so far';
comment on column stage.scan.rows is 'Rows so far';
comment on column stage.scan.finished_at is 'When it was proved whole; null: it goes on';
create unlogged table stage.bitrix24_currency (
    run_id bigint not null,
    currency text not null,
    amount numeric not null,
    amount_cnt numeric not null,
    is_base boolean not null,
    decimals smallint not null,
    primary key (run_id, currency)
);
comment on table stage.bitrix24_currency is 'Currencies of the portal';
comment on column stage.bitrix24_currency.run_id is 'ops.run';
comment on column stage.bitrix24_currency.currency is 'ISO 4217';
comment on column stage.bitrix24_currency.amount is 'So much of the base currency ...; 0: not told, and there is no rate';
comment on column stage.bitrix24_currency.amount_cnt is '... for so many of it; 0: not told';
comment on column stage.bitrix24_currency.is_base is 'The base currency';
comment on column stage.bitrix24_currency.decimals is 'Its places';
create unlogged table stage.bitrix24_funnel (
    run_id bigint not null,
    category_id integer not null,
    name text not null,
    sort integer,
    primary key (run_id, category_id)
);
comment on table stage.bitrix24_funnel is 'Funnels of the portal';
comment on column stage.bitrix24_funnel.run_id is 'ops.run';
comment on column stage.bitrix24_funnel.category_id is 'Number';
comment on column stage.bitrix24_funnel.name is 'Name';
comment on column stage.bitrix24_funnel.sort is 'Place';
create unlogged table stage.bitrix24_field (
    run_id bigint not null,
    entity text not null check (entity in ('contact', 'deal')),
    field_name text not null,
    type text not null,
    is_multiple boolean not null,
    field_id bigint,
    label text,
    precision smallint,
    primary key (run_id, entity, field_name)
);
comment on table stage.bitrix24_field is 'Own fields of the portal''s contacts or deals';
comment on column stage.bitrix24_field.run_id is 'ops.run';
comment on column stage.bitrix24_field.entity is 'Whose';
comment on column stage.bitrix24_field.field_name is 'UF_CRM_… or the portal''s own name';
comment on column stage.bitrix24_field.type is 'double, date, string and so on';
comment on column stage.bitrix24_field.is_multiple is 'Holds several values';
comment on column stage.bitrix24_field.field_id is 'Number; null: not told';
comment on column stage.bitrix24_field.label is 'As people see it';
comment on column stage.bitrix24_field.precision is 'Places kept, of a number';
create unlogged table stage.bitrix24_contact_totals_deal (
    run_id bigint not null,
    deal_id bigint not null,
    title text,
    category_id integer not null,
    stage_id text not null,
    closed_on text,
    moved_at timestamptz,
    moved_on text,
    updated_at timestamptz,
    opportunity numeric,
    currency text,
    company_id bigint,
    contact_ids bigint[] not null,
    primary key (run_id, deal_id)
);
comment on table stage.bitrix24_contact_totals_deal is 'Won deals as read';
comment on column stage.bitrix24_contact_totals_deal.run_id is 'ops.run';
comment on column stage.bitrix24_contact_totals_deal.deal_id is 'Number';
comment on column stage.bitrix24_contact_totals_deal.title is 'Name';
comment on column stage.bitrix24_contact_totals_deal.category_id is 'Direction';
comment on column stage.bitrix24_contact_totals_deal.stage_id is 'Stage';
comment on column stage.bitrix24_contact_totals_deal.closed_on is 'First ten characters of closedate; null: empty';
comment on column stage.bitrix24_contact_totals_deal.moved_at is 'Last change of stage';
comment on column stage.bitrix24_contact_totals_deal.moved_on is 'Its day, in the zone of the settings';
comment on column stage.bitrix24_contact_totals_deal.updated_at is 'Last change';
comment on column stage.bitrix24_contact_totals_deal.opportunity is 'Sum; null: not a number';
comment on column stage.bitrix24_contact_totals_deal.currency is 'Currency; null: none';
comment on column stage.bitrix24_contact_totals_deal.company_id is 'Company';
comment on column stage.bitrix24_contact_totals_deal.contact_ids is 'Sorted, each once, none below 1; by the split of the settings';
create unlogged table stage.bitrix24_contact_totals_won (
    run_id bigint not null,
    deal_id bigint not null,
    history_id bigint not null,
    won_on text not null,
    primary key (run_id, history_id)
);
comment on table stage.bitrix24_contact_totals_won is 'When deals entered a won stage last, by their history';
comment on column stage.bitrix24_contact_totals_won.run_id is 'ops.run';
comment on column stage.bitrix24_contact_totals_won.deal_id is 'Deal';
comment on column stage.bitrix24_contact_totals_won.history_id is 'Row of the history';
comment on column stage.bitrix24_contact_totals_won.won_on is 'Day of its time, in the zone of the settings';
create unlogged table stage.bitrix24_contact_totals_amount (
    run_id bigint not null,
    deal_id bigint not null,
    category_id integer not null,
    year integer,
    year_by text,
    rate numeric,
    is_frozen boolean not null,
    amount_minor bigint,
    contact_ids bigint[] not null,
    outcome text not null,
    codes text[] not null,
    primary key (run_id, deal_id)
);
comment on table stage.bitrix24_contact_totals_amount is 'Won deals as they count';
comment on column stage.bitrix24_contact_totals_amount.run_id is 'ops.run';
comment on column stage.bitrix24_contact_totals_amount.deal_id is 'Deal';
comment on column stage.bitrix24_contact_totals_amount.category_id is 'Direction';
comment on column stage.bitrix24_contact_totals_amount.year is 'Year; null: refused';
comment on column stage.bitrix24_contact_totals_amount.year_by is 'What it was really taken from; null: from nothing, refused';
comment on column stage.bitrix24_contact_totals_amount.rate is 'Rate; null: refused';
comment on column stage.bitrix24_contact_totals_amount.is_frozen is 'The rate is kept for good';
comment on column stage.bitrix24_contact_totals_amount.amount_minor is 'Sum in the smallest unit; null: refused';
comment on column stage.bitrix24_contact_totals_amount.contact_ids is 'Who shares it';
comment on column stage.bitrix24_contact_totals_amount.outcome is 'counted, unattributed, refused';
comment on column stage.bitrix24_contact_totals_amount.codes is 'All codes that apply';
create unlogged table stage.bitrix24_contact_totals_part (
    run_id bigint not null,
    deal_id bigint not null,
    contact_id bigint not null,
    category_id integer not null,
    year integer not null,
    amount_minor bigint not null,
    primary key (run_id, deal_id, contact_id)
);
comment on table stage.bitrix24_contact_totals_part is 'Parts of deals';
comment on column stage.bitrix24_contact_totals_part.run_id is 'ops.run';
comment on column stage.bitrix24_contact_totals_part.deal_id is 'Deal';
comment on column stage.bitrix24_contact_totals_part.contact_id is 'Contact';
comment on column stage.bitrix24_contact_totals_part.category_id is 'Direction';
comment on column stage.bitrix24_contact_totals_part.year is 'Year';
comment on column stage.bitrix24_contact_totals_part.amount_minor is 'Part';
create unlogged table stage.bitrix24_contact_totals_total (
    run_id bigint not null,
    contact_id bigint not null,
    category_id integer not null,
    year integer not null,
    amount_minor bigint not null,
    deals integer not null,
    primary key (run_id, contact_id, category_id, year)
);
comment on table stage.bitrix24_contact_totals_total is 'Totals as they shall be, zeros of those that fell among them';
comment on column stage.bitrix24_contact_totals_total.run_id is 'ops.run';
comment on column stage.bitrix24_contact_totals_total.contact_id is 'Contact';
comment on column stage.bitrix24_contact_totals_total.category_id is 'Direction';
comment on column stage.bitrix24_contact_totals_total.year is 'Year';
comment on column stage.bitrix24_contact_totals_total.amount_minor is 'Total';
comment on column stage.bitrix24_contact_totals_total.deals is 'Deals behind it';
create unlogged table stage.bitrix24_contact_totals_naming (
    run_id bigint not null,
    field_name text not null,
    kind text not null,
    category_id integer,
    year integer,
    in_scope boolean not null,
    standing text not null check (standing in ('there', 'new', 'absent')),
    primary key (run_id, field_name)
);
comment on table stage.bitrix24_contact_totals_naming is 'Which field holds what; SQL never builds a name';
comment on column stage.bitrix24_contact_totals_naming.run_id is 'ops.run';
comment on column stage.bitrix24_contact_totals_naming.field_name is 'UF_CRM_…';
comment on column stage.bitrix24_contact_totals_naming.kind is 'As in mart.bitrix24_field';
comment on column stage.bitrix24_contact_totals_naming.category_id is 'Direction';
comment on column stage.bitrix24_contact_totals_naming.year is 'Year';
comment on column stage.bitrix24_contact_totals_naming.in_scope is 'Written by this run';
comment on column stage.bitrix24_contact_totals_naming.standing is 'The portal has it, shall get it, or has it not';
create unlogged table stage.bitrix24_contact_totals_contact (
    run_id bigint not null,
    row_no integer not null,
    contact_id bigint not null,
    wants_values boolean not null,
    wants_keys boolean not null,
    is_turn boolean not null,
    is_found boolean,
    name text,
    phones text[] not null default '{}',
    emails text[] not null default '{}',
    primary key (run_id, row_no)
);
comment on table stage.bitrix24_contact_totals_contact is 'Contacts the portal is asked about';
comment on column stage.bitrix24_contact_totals_contact.run_id is 'ops.run';
comment on column stage.bitrix24_contact_totals_contact.row_no is 'Order, of matching too';
comment on column stage.bitrix24_contact_totals_contact.contact_id is 'Contact';
comment on column stage.bitrix24_contact_totals_contact.wants_values is 'Its fields are compared';
comment on column stage.bitrix24_contact_totals_contact.wants_keys is 'It has no client yet';
comment on column stage.bitrix24_contact_totals_contact.is_turn is 'Nothing of it has changed; it is its turn to be checked';
comment on column stage.bitrix24_contact_totals_contact.is_found is 'The portal has it; null: not asked yet';
comment on column stage.bitrix24_contact_totals_contact.name is 'Name';
comment on column stage.bitrix24_contact_totals_contact.phones is 'Normalised';
comment on column stage.bitrix24_contact_totals_contact.emails is 'Normalised';
create unlogged table stage.bitrix24_contact_totals_held (
    run_id bigint not null,
    contact_id bigint not null,
    field_name text not null,
    raw text,
    amount numeric,
    primary key (run_id, contact_id, field_name)
);
comment on table stage.bitrix24_contact_totals_held is 'What fields hold in the portal';
comment on column stage.bitrix24_contact_totals_held.run_id is 'ops.run';
comment on column stage.bitrix24_contact_totals_held.contact_id is 'Contact';
comment on column stage.bitrix24_contact_totals_held.field_name is 'Field';
comment on column stage.bitrix24_contact_totals_held.raw is 'As it came; null: empty';
comment on column stage.bitrix24_contact_totals_held.amount is 'The same as a number, 0 when empty; null: not a number';
create unlogged table stage.bitrix24_contact_totals_wanted (
    run_id bigint not null,
    contact_id bigint not null,
    field_name text not null,
    year integer,
    amount_minor bigint not null,
    confirmed_minor bigint,
    is_doubted boolean not null,
    primary key (run_id, contact_id, field_name)
);
comment on table stage.bitrix24_contact_totals_wanted is 'What each field of each contact shall hold';
comment on column stage.bitrix24_contact_totals_wanted.run_id is 'ops.run';
comment on column stage.bitrix24_contact_totals_wanted.contact_id is 'Contact';
comment on column stage.bitrix24_contact_totals_wanted.field_name is 'Field';
comment on column stage.bitrix24_contact_totals_wanted.year is 'Year, for the order of writing';
comment on column stage.bitrix24_contact_totals_wanted.amount_minor is 'What it shall hold';
comment on column stage.bitrix24_contact_totals_wanted.confirmed_minor is 'What it held when we last knew; null: not known';
comment on column stage.bitrix24_contact_totals_wanted.is_doubted is 'Something was sent, and nobody knows whether it was taken';
create unlogged table stage.bitrix24_contact_totals_decision (
    run_id bigint not null,
    contact_id bigint not null,
    outcome text not null,
    codes text[] not null,
    year integer,
    before jsonb not null,
    after jsonb not null,
    details jsonb not null,
    is_logged boolean not null,
    primary key (run_id, contact_id)
);
comment on table stage.bitrix24_contact_totals_decision is 'What is decided about each contact that was asked about';
comment on column stage.bitrix24_contact_totals_decision.run_id is 'ops.run';
comment on column stage.bitrix24_contact_totals_decision.contact_id is 'Contact';
comment on column stage.bitrix24_contact_totals_decision.outcome is 'As in ops.run_log';
comment on column stage.bitrix24_contact_totals_decision.codes is 'All codes that apply';
comment on column stage.bitrix24_contact_totals_decision.year is 'The newest year that changes, for the order of writing';
comment on column stage.bitrix24_contact_totals_decision.before is 'Fields that differ, as they are';
comment on column stage.bitrix24_contact_totals_decision.after is 'The same as they shall be';
comment on column stage.bitrix24_contact_totals_decision.details is 'What the codes say';
comment on column stage.bitrix24_contact_totals_decision.is_logged is 'Deserves a row of the log; others are but counted';
create unlogged table stage.bitrix24_deal_products_deal (
    run_id bigint not null,
    deal_id bigint not null,
    category_id integer not null,
    semantic text not null,
    updated_at timestamptz,
    fields jsonb not null,
    is_candidate boolean not null,
    error text,
    read_at timestamptz not null default now(),
    primary key (run_id, deal_id)
);
comment on table stage.bitrix24_deal_products_deal is 'Deals that are looked at';
comment on column stage.bitrix24_deal_products_deal.run_id is 'ops.run';
comment on column stage.bitrix24_deal_products_deal.deal_id is 'Number';
comment on column stage.bitrix24_deal_products_deal.category_id is 'Funnel';
comment on column stage.bitrix24_deal_products_deal.semantic is 'P, S or F; gone: the deal is not on the portal any more';
comment on column stage.bitrix24_deal_products_deal.updated_at is 'Last change';
comment on column stage.bitrix24_deal_products_deal.fields is 'Fields that may be written, as they are';
comment on column stage.bitrix24_deal_products_deal.is_candidate is 'Changed lately, named by a person, or it is the daily turn of all';
comment on column stage.bitrix24_deal_products_deal.read_at is 'When it was read, by our clock';
comment on column stage.bitrix24_deal_products_deal.error is 'Why the portal does not give its product rows; null: it does';
create unlogged table stage.bitrix24_deal_products_row (
    run_id bigint not null,
    row_id bigint not null,
    deal_id bigint not null,
    product_id bigint not null,
    type integer,
    sort integer,
    primary key (run_id, row_id)
);
comment on table stage.bitrix24_deal_products_row is 'Product rows of those deals';
comment on column stage.bitrix24_deal_products_row.run_id is 'ops.run';
comment on column stage.bitrix24_deal_products_row.row_id is 'Number';
comment on column stage.bitrix24_deal_products_row.deal_id is 'Deal';
comment on column stage.bitrix24_deal_products_row.product_id is 'Product or variation; 0: a text typed by hand';
comment on column stage.bitrix24_deal_products_row.type is '1 simple ... 4 variation';
comment on column stage.bitrix24_deal_products_row.sort is 'Place';
create unlogged table stage.bitrix24_deal_products_product (
    run_id bigint not null,
    product_id bigint not null,
    parent_id bigint,
    iblock_id bigint not null,
    section_id bigint,
    is_active boolean not null,
    name text,
    changed_at text,
    body jsonb not null,
    primary key (run_id, product_id)
);
comment on table stage.bitrix24_deal_products_product is 'Products and variations those rows name';
comment on column stage.bitrix24_deal_products_product.run_id is 'ops.run';
comment on column stage.bitrix24_deal_products_product.product_id is 'Number';
comment on column stage.bitrix24_deal_products_product.parent_id is 'Of a variation, its product';
comment on column stage.bitrix24_deal_products_product.iblock_id is 'Catalogue';
comment on column stage.bitrix24_deal_products_product.section_id is 'Section; null: not told';
comment on column stage.bitrix24_deal_products_product.is_active is 'On sale';
comment on column stage.bitrix24_deal_products_product.name is 'Name';
comment on column stage.bitrix24_deal_products_product.changed_at is 'timestampX as it came';
comment on column stage.bitrix24_deal_products_product.body is 'Everything else, by property code';
create unlogged table stage.bitrix24_deal_products_decision (
    run_id bigint not null,
    deal_id bigint not null,
    outcome text not null,
    codes text[] not null,
    details jsonb not null,
    product_id bigint,
    offer_id bigint,
    product_name text,
    fingerprint text,
    kind text,
    before jsonb,
    after jsonb,
    primary key (run_id, deal_id)
);
comment on table stage.bitrix24_deal_products_decision is 'What is decided about each deal';
comment on column stage.bitrix24_deal_products_decision.run_id is 'ops.run';
comment on column stage.bitrix24_deal_products_decision.deal_id is 'Deal';
comment on column stage.bitrix24_deal_products_decision.outcome is 'As in ops.run_log';
comment on column stage.bitrix24_deal_products_decision.codes is 'All codes that apply';
comment on column stage.bitrix24_deal_products_decision.details is 'What the codes say';
comment on column stage.bitrix24_deal_products_decision.product_id is 'Product';
comment on column stage.bitrix24_deal_products_decision.offer_id is 'Variation';
comment on column stage.bitrix24_deal_products_decision.product_name is 'Product''s name';
comment on column stage.bitrix24_deal_products_decision.fingerprint is 'Of what is wanted';
comment on column stage.bitrix24_deal_products_decision.kind is 'set_deal_fields, repair_closedate; null: nothing to send';
comment on column stage.bitrix24_deal_products_decision.before is 'Fields as they are';
comment on column stage.bitrix24_deal_products_decision.after is 'The same as they shall be';

create function ops.worst_severity(codes text[]) returns text
language plpgsql stable strict parallel safe as $$
begin
    return (
        select code.severity
        from ops.code
        where code.code = any(worst_severity.codes)
        order by array_position(array['error', 'warning', 'info'], code.severity)
        limit 1
    );
end
$$;
comment on function ops.worst_severity is 'How grave the gravest of some codes is; null: none of them is known';

create function mart.from_minor(minor bigint, decimals smallint) returns numeric
language sql immutable strict parallel safe as $$ select round(minor / power(10::numeric, decimals), decimals) $$;

create view mart.v_contact_total_by_year as
select
    total.account,
    total.contact_id,
    contact.name as contact_name,
    link.client_id,
    total.year,
    total.category_id,
    coalesce(funnel.name, total.category_id::text) as direction,
    mart.from_minor(total.amount_minor, total.decimals) as total,
    total.currency,
    total.deals,
    total.changed_at,
    field.field_name,
    mart.from_minor(written.amount_minor, written.decimals) as written,
    written.confirmed_at as written_at,
    coalesce(written.amount_minor, 0) = total.amount_minor
    and (written.decimals is null or written.decimals = total.decimals) as is_written
from mart.contact_year_total as total
left join mart.bitrix24_contact as contact on total.account = contact.account and total.contact_id = contact.contact_id
left join mart.client_link as link on total.account = link.system and total.contact_id::text = link.external_id
left join mart.bitrix24_funnel as funnel on total.account = funnel.account and total.category_id = funnel.category_id
left join mart.bitrix24_field as field
    on
        total.account = field.account and field.kind = 'total' and not field.is_gone
        and total.category_id = field.category_id and total.year = field.year
left join mart.bitrix24_written_total as written
    on total.account = written.account and total.contact_id = written.contact_id and field.field_name = written.field_name;
comment on view mart.v_contact_total_by_year is 'What each contact bought, by year and direction, and whether the portal says so';
comment on column mart.v_contact_total_by_year.account is 'The portal';
comment on column mart.v_contact_total_by_year.contact_id is 'Contact';
comment on column mart.v_contact_total_by_year.contact_name is 'Its name';
comment on column mart.v_contact_total_by_year.client_id is 'mart.client';
comment on column mart.v_contact_total_by_year.year is 'Year';
comment on column mart.v_contact_total_by_year.category_id is 'Direction';
comment on column mart.v_contact_total_by_year.direction is 'Its name';
comment on column mart.v_contact_total_by_year.total is 'Total';
comment on column mart.v_contact_total_by_year.currency is 'Its currency';
comment on column mart.v_contact_total_by_year.deals is 'Deals behind it';
comment on column mart.v_contact_total_by_year.changed_at is 'When it changed last';
comment on column mart.v_contact_total_by_year.field_name is 'The portal''s field; null: none';
comment on column mart.v_contact_total_by_year.written is 'What the portal is known to hold; null: never written';
comment on column mart.v_contact_total_by_year.written_at is 'Since when that is known';
comment on column mart.v_contact_total_by_year.is_written is 'The portal says the same';

create view mart.v_contact_tier as
with basis as (
    select
        total.account,
        total.contact_id,
        total.year,
        counted.per,
        counted.category_id,
        sum(total.amount_minor) as amount_minor,
        max(total.decimals) as decimals
    from mart.contact_year_total as total
    inner join (
        select distinct
            account,
            per,
            category_id
        from mart.contact_tier
        where per = 'year'
    ) as counted
        on
            total.account = counted.account
            and (counted.category_id is null or total.category_id = counted.category_id)
    group by total.account, total.contact_id, total.year, counted.per, counted.category_id
    union all
    select
        total.account,
        total.contact_id,
        null as year,
        counted.per,
        counted.category_id,
        sum(total.amount_minor) as amount_minor,
        max(total.decimals) as decimals
    from mart.contact_year_total as total
    inner join (
        select distinct
            account,
            per,
            category_id
        from mart.contact_tier
        where per = 'all_years'
    ) as counted
        on
            total.account = counted.account
            and (counted.category_id is null or total.category_id = counted.category_id)
    group by total.account, total.contact_id, counted.per, counted.category_id
)

select distinct on (basis.account, basis.contact_id, basis.year, basis.per, basis.category_id)
    basis.account,
    basis.contact_id,
    basis.year,
    basis.per,
    basis.category_id,
    tier.tier_no,
    tier.name as tier,
    tier.threshold,
    mart.from_minor(basis.amount_minor::bigint, basis.decimals) as amount,
    tier.benefit
from basis
inner join mart.contact_tier as tier
    on
        basis.account = tier.account
        and basis.per = tier.per
        and basis.category_id is not distinct from tier.category_id
        and basis.amount_minor >= tier.threshold * power(10::numeric, basis.decimals)
order by
    basis.account asc, basis.contact_id asc, basis.year asc, basis.per asc, basis.category_id asc, tier.threshold desc,
    tier.tier_no desc;
comment on view mart.v_contact_tier is
'The best tier of each kind a contact has reached: by year or over all years, of a direction or of all';
comment on column mart.v_contact_tier.account is 'The portal';
comment on column mart.v_contact_tier.contact_id is 'Contact';
comment on column mart.v_contact_tier.year is 'Year; null: a tier over all years';
comment on column mart.v_contact_tier.per is 'Which sums count: year, all_years';
comment on column mart.v_contact_tier.category_id is 'Only of this direction; null: of all';
comment on column mart.v_contact_tier.tier_no is 'Tier';
comment on column mart.v_contact_tier.tier is 'Its name';
comment on column mart.v_contact_tier.threshold is 'From this sum on';
comment on column mart.v_contact_tier.amount is 'The contact''s sum';
comment on column mart.v_contact_tier.benefit is 'What it gives';

create view mart.v_contact_total_reconciliation as
with deal as (
    select
        account,
        count(*) as deals,
        sum(amount_minor) as amount_minor,
        coalesce(sum(amount_minor) filter (where contact_ids = '{}'), 0) as unattributed_minor
    from mart.bitrix24_deal
    where is_won
    group by account
),

part as (
    select
        account,
        sum(amount_minor) as amount_minor
    from mart.bitrix24_deal_part
    group by account
),

total as (
    select
        account,
        sum(amount_minor) as amount_minor
    from mart.contact_year_total
    group by account
),

known as (
    select
        account,
        count(*) filter (where not is_written and field_name is not null) as unwritten
    from mart.v_contact_total_by_year
    group by account
)

select
    deal.account,
    deal.deals,
    deal.amount_minor,
    deal.unattributed_minor,
    coalesce(part.amount_minor, 0) as parts_minor,
    coalesce(total.amount_minor, 0) as totals_minor,
    deal.amount_minor = deal.unattributed_minor + coalesce(part.amount_minor, 0)
    and coalesce(part.amount_minor, 0) = coalesce(total.amount_minor, 0) as is_conserved,
    coalesce(known.unwritten, 0) as unwritten
from deal
left join part on deal.account = part.account
left join total on deal.account = total.account
left join known on deal.account = known.account;
comment on view mart.v_contact_total_reconciliation is
'One row a portal: do deals, parts and totals come to the same, and does the portal know';
comment on column mart.v_contact_total_reconciliation.account is 'The portal';
comment on column mart.v_contact_total_reconciliation.deals is 'Won deals';
comment on column mart.v_contact_total_reconciliation.amount_minor is 'Their sum, in the smallest unit';
comment on column mart.v_contact_total_reconciliation.unattributed_minor is 'Of it, deals without contacts';
comment on column mart.v_contact_total_reconciliation.parts_minor is 'Sum of parts';
comment on column mart.v_contact_total_reconciliation.totals_minor is 'Sum of totals';
comment on column mart.v_contact_total_reconciliation.is_conserved is 'Nothing is lost and nothing twice';
comment on column mart.v_contact_total_reconciliation.unwritten is 'Totals of which the portal says something else';

create view mart.v_bitrix24_deal_product_reconciliation as
select
    account,
    state,
    count(*) as deals,
    max(copied_at) as last_copied_at
from mart.bitrix24_deal_product
group by account, state;
comment on view mart.v_bitrix24_deal_product_reconciliation is 'One row a portal and state: how many open deals stand so';
comment on column mart.v_bitrix24_deal_product_reconciliation.account is 'The portal';
comment on column mart.v_bitrix24_deal_product_reconciliation.state is 'How they stand';
comment on column mart.v_bitrix24_deal_product_reconciliation.deals is 'So many deals';
comment on column mart.v_bitrix24_deal_product_reconciliation.last_copied_at is 'When something was copied last';

insert into ops.code (code, severity, text) values
('B24_PORTAL_MOVED', 'warning', 'Портал переехал на другой адрес: исправьте адрес в Connection'),
('B24_SCAN_INCOMPLETE', 'error', 'Сделки прочитаны не полностью: ничего не изменено'),
('B24_DEALS_DROPPED', 'error', 'Успешных сделок или их суммы стало намного меньше, чем в прошлый раз'),
('B24_DEALS_GREW', 'error', 'Сумма успешных сделок стала намного больше, чем в прошлый раз'),
('B24_OTHER_PORTAL', 'error', 'Прежних сделок на портале почти нет: похоже на другой портал'),
('B24_CURRENCY_CHANGED', 'error', 'Целевая валюта стала другой: прежние итоги с новыми не сравнить'),
('B24_CONTACTS_MISSING', 'error', 'Портал не показывает слишком многих контактов: похоже на потерю прав'),
('B24_NOT_ADMIN', 'error', 'Вебхук создан не администратором портала: часть сделок может быть не видна'),
('B24_FUNNEL_UNKNOWN', 'error', 'Воронки из настроек на портале нет'),
('B24_FIELD_UNFIT', 'error', 'Поле портала не подходит: другой тип, несколько значений или мало знаков'),
('B24_PROPERTY_UNKNOWN', 'error', 'Свойства товара с таким кодом нет'),
('B24_TOO_MANY_FAILED', 'error', 'Портал отклонил слишком многие записи'),
('B24_FIELDS_LIMIT', 'warning', 'Полей итогов уже столько, сколько разрешено: новое не создано'),
('B24_FIELD_MISSING', 'warning', 'Поля для итога на портале нет: итог остаётся у нас'),
('B24_FIELD_CREATED', 'info', 'Создано поле для итогов'),
('B24_FIELD_NOT_CREATED', 'error', 'Поле для итогов создать не удалось'),
('B24_FIELD_UNKNOWN_OUTCOME', 'warning', 'Неизвестно, создано ли поле: выяснит следующий запуск'),
('B24_FIELD_ABANDONED', 'info', 'Поле больше не ведётся по настройкам'),
('B24_CLOSEDATE_EMPTY', 'warning', 'Дата завершения пуста: год взят по дате последней смены стадии'),
('B24_HISTORY_MISSING', 'warning', 'В истории стадий сделки нет: год взят по дате последней смены стадии'),
('B24_NO_YEAR', 'error', 'Год сделки не узнать, даты у неё нет: сделка не учтена'),
('B24_CLOSEDATE_AUTO', 'warning', 'Даты завершения почти всех сделок совпадают с днём выигрыша: похоже, портал ставит их сам'),
('B24_YEAR_OUTSIDE', 'info', 'Год вне настроенных лет: итог остаётся у нас'),
('B24_YEAR_UNKNOWN', 'warning', 'Просили записать годы, которых нет в настройках'),
('B24_CONTACT_UNKNOWN', 'warning', 'Просили записать контакты, у которых нет итогов'),
('B24_BAD_SUM', 'error', 'Сумма сделки не читается или слишком велика: сделка не учтена'),
('B24_CURRENCY_UNKNOWN', 'error', 'Валюты сделки нет в справочнике портала: сделка не учтена'),
('B24_FOREIGN_CURRENCY', 'error', 'Сделка в другой валюте, настройки таких не берут: сделка не учтена'),
('B24_RATE_FROZEN', 'info', 'Курс сделки закреплён'),
('B24_UNATTRIBUTED', 'warning', 'У сделки нет контактов: её сумма ничья'),
('B24_DEAL_LEFT', 'info', 'Сделка больше не успешна, удалена или вышла из выбранных воронок'),
('B24_TOTALS_CHANGED', 'info', 'Итоги контакта изменились'),
('B24_MANUAL_EDIT', 'warning', 'Итог на портале изменили помимо нас: возвращён'),
('B24_ODD_VALUE', 'warning', 'В поле итога не число: заменено'),
('B24_CONTACT_GONE', 'warning', 'Контакта на портале больше нет: его доля остаётся у нас'),
('B24_POSTPONED', 'info', 'Запуску разрешено записать меньше контактов'),
('B24_REFUSED', 'error', 'Портал отклонил запись'),
('B24_NOT_ACCEPTED', 'error', 'Портал принял запись, но хранит другое'),
('B24_NOT_SENT', 'warning', 'Не отправлено'),
('B24_YEARS_DONE', 'info', 'Эти годы уже пересчитаны этим же повторением за прошлое'),
('B24_PRESENT_ONLY', 'info', 'Запуск за прошлую дату: портал знает только нынешнее, его и берём'),
('B24_SHARED_CLIENT', 'info', 'Ключи контакта указывают на нескольких клиентов'),
('B24_COPIED', 'info', 'Данные товара перенесены в сделку'),
('B24_SEVERAL_PRODUCTS', 'warning', 'В сделке несколько товаров: ничего не изменено'),
('B24_PRODUCT_MISSING', 'warning', 'Товара нет в каталоге или он снят с продажи'),
('B24_TITLE_KEPT', 'info', 'Название сделки меняли вручную: оставлено'),
('B24_BAD_TRIP_DATE', 'warning', 'Дата поездки в товаре не читается: дата не перенесена'),
('B24_BAD_PROPERTY', 'warning', 'Свойство товара не подходит полю сделки: не перенесено'),
('B24_VALUE_CUT', 'info', 'Значение обрезано до длины поля'),
('B24_MASS_UPDATE', 'error', 'План меняет намного больше сделок, чем обычно'),
('B24_CLOSEDATE_OVERWRITTEN', 'warning', 'Портал заменил дату поездки датой выигрыша'),
('B24_CLOSEDATE_NOT_REPAIRED', 'warning', 'Портал заменяет дату поездки датой выигрыша, а возвращать её не настроено'),
('B24_CLOSED_MEANWHILE', 'info', 'Сделку закрыли раньше, чем дошла очередь её менять: оставлена как есть'),
('B24_CLOSEDATE_REPAIRED', 'info', 'Дата поездки возвращена в сделку'),
('B24_DEAL_GONE', 'warning', 'Сделки на портале больше нет');
