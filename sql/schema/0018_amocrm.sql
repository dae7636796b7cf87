-- amoCRM: what the account holds, events of leads, the mapping, what it makes of every lead, what was pushed to Smart Data Hub.
-- squawk-ignore-file require-concurrent-index-creation
alter table ops.oauth_token
add column state text not null default 'good' check (state in ('good', 'uncertain', 'revoked', 'foreign')),
add column host text,
add column reason text,
add column application text;
comment on column ops.oauth_token.state is
'good; uncertain: a refresh was sent and its answer lost; revoked: the vendor takes them no longer, a person has to authorise
anew; foreign: what the connection offers is of another account, and was put away';
comment on column ops.oauth_token.host is 'Where the account is, if it has moved from the host of the connection';
comment on column ops.oauth_token.reason is 'Why they are revoked, in the vendor''s words, or put away';
comment on column ops.oauth_token.application is
'Hash of the application and secret that they were refused with: another one may try them once';
create table ops.connection (
    target text not null,
    account text not null,
    vendor_account text,
    host text,
    state text not null check (state in ('connected', 'reauth_required', 'unpaid', 'disconnected')),
    reason text,
    changed_at timestamptz not null default now(),
    run_id bigint,
    primary key (target, account)
);
comment on table ops.connection is 'How the connection to an account stands, where a person connects and disconnects it';
comment on column ops.connection.target is 'The vendor';
comment on column ops.connection.account is 'Which connection of that vendor';
comment on column ops.connection.vendor_account is 'The vendor''s own number of the account: another one is refused; null: never connected';
comment on column ops.connection.host is 'Where the account was found last';
comment on column ops.connection.state is 'connected, reauth_required, unpaid, disconnected';
comment on column ops.connection.reason is 'Why, in words; null: nothing to say';
comment on column ops.connection.changed_at is 'Since when it stands so';
comment on column ops.connection.run_id is 'The run that found it so';

create table mart.amocrm_account (
    account text not null,
    account_id bigint not null,
    name text,
    subdomain text,
    host text not null,
    timezone text,
    currency text,
    is_filter_enabled boolean not null,
    is_loss_reason_enabled boolean,
    changed_run_id bigint not null,
    primary key (account)
);
comment on table mart.amocrm_account is 'Accounts of amoCRM as they tell of themselves';
comment on column mart.amocrm_account.account is 'The connection to it';
comment on column mart.amocrm_account.account_id is 'The vendor''s number';
comment on column mart.amocrm_account.name is 'Name';
comment on column mart.amocrm_account.subdomain is 'Subdomain';
comment on column mart.amocrm_account.host is 'Host of its pages: a lead is at https://host/leads/detail/id';
comment on column mart.amocrm_account.timezone is 'Zone of its screens';
comment on column mart.amocrm_account.currency is 'The one currency of its prices';
comment on column mart.amocrm_account.is_filter_enabled is 'Whether it has paid for filters of lists, as it says';
comment on column mart.amocrm_account.is_loss_reason_enabled is 'Whether reasons of refusal are on';
comment on column mart.amocrm_account.changed_run_id is 'The run that changed this row last';
create table mart.amocrm_pipeline (
    account text not null,
    pipeline_id bigint not null,
    name text not null,
    sort integer not null,
    is_main boolean not null,
    is_archive boolean not null,
    is_gone boolean not null default false,
    changed_run_id bigint not null,
    primary key (account, pipeline_id)
);
comment on table mart.amocrm_pipeline is 'Pipelines of leads';
comment on column mart.amocrm_pipeline.account is 'mart.amocrm_account';
comment on column mart.amocrm_pipeline.pipeline_id is 'The vendor''s number';
comment on column mart.amocrm_pipeline.name is 'Name';
comment on column mart.amocrm_pipeline.sort is 'Place among them';
comment on column mart.amocrm_pipeline.is_main is 'The account''s main one';
comment on column mart.amocrm_pipeline.is_archive is 'In the archive';
comment on column mart.amocrm_pipeline.is_gone is 'The account shows it no longer; old events still name it';
comment on column mart.amocrm_pipeline.changed_run_id is 'The run that changed this row last';
create table mart.amocrm_status (
    account text not null,
    pipeline_id bigint not null,
    status_id bigint not null,
    name text not null,
    sort integer not null,
    type smallint not null,
    color text,
    is_editable boolean not null,
    is_gone boolean not null default false,
    changed_run_id bigint not null,
    primary key (account, pipeline_id, status_id)
);
comment on table mart.amocrm_status is
'Statuses of pipelines: join by account, pipeline and status, since 142 and 143 are in every pipeline';
comment on column mart.amocrm_status.account is 'mart.amocrm_account';
comment on column mart.amocrm_status.pipeline_id is 'mart.amocrm_pipeline';
comment on column mart.amocrm_status.status_id is 'The vendor''s number, of this pipeline alone';
comment on column mart.amocrm_status.name is 'Name in this pipeline';
comment on column mart.amocrm_status.sort is 'Place in the pipeline';
comment on column mart.amocrm_status.type is '1: incoming, «Неразобранное»; 0: any other';
comment on column mart.amocrm_status.color is 'As the account shows it';
comment on column mart.amocrm_status.is_editable is 'False: the system''s own';
comment on column mart.amocrm_status.is_gone is 'The account shows it no longer; old events still name it';
comment on column mart.amocrm_status.changed_run_id is 'The run that changed this row last';
create table mart.amocrm_user (
    account text not null,
    user_id bigint not null,
    name text not null,
    group_id bigint,
    is_admin boolean,
    is_active boolean,
    is_listed boolean not null default true,
    changed_run_id bigint not null,
    primary key (account, user_id)
);
comment on table mart.amocrm_user is 'Users: managers of leads';
comment on column mart.amocrm_user.account is 'mart.amocrm_account';
comment on column mart.amocrm_user.user_id is 'The vendor''s number';
comment on column mart.amocrm_user.name is 'Name';
comment on column mart.amocrm_user.group_id is 'Group';
comment on column mart.amocrm_user.is_admin is 'Whether an administrator';
comment on column mart.amocrm_user.is_active is 'Whether active';
comment on column mart.amocrm_user.is_listed is 'False: removed; leads still name the user';
comment on column mart.amocrm_user.changed_run_id is 'The run that changed this row last';
create table mart.amocrm_loss_reason (
    account text not null,
    loss_reason_id bigint not null,
    name text not null,
    sort integer,
    is_gone boolean not null default false,
    changed_run_id bigint not null,
    primary key (account, loss_reason_id)
);
comment on table mart.amocrm_loss_reason is 'Reasons of refusal';
comment on column mart.amocrm_loss_reason.account is 'mart.amocrm_account';
comment on column mart.amocrm_loss_reason.loss_reason_id is 'The vendor''s number';
comment on column mart.amocrm_loss_reason.name is 'Name';
comment on column mart.amocrm_loss_reason.sort is 'Place among them';
comment on column mart.amocrm_loss_reason.is_gone is 'The account shows it no longer';
comment on column mart.amocrm_loss_reason.changed_run_id is 'The run that changed this row last';
create table mart.amocrm_custom_field (
    account text not null,
    entity_type text not null,
    field_id bigint not null,
    name text not null,
    code text,
    type text not null,
    is_computed boolean,
    sort integer,
    is_gone boolean not null default false,
    changed_run_id bigint not null,
    primary key (account, entity_type, field_id)
);
comment on table mart.amocrm_custom_field is 'Custom fields';
comment on column mart.amocrm_custom_field.account is 'mart.amocrm_account';
comment on column mart.amocrm_custom_field.entity_type is 'Of what: leads';
comment on column mart.amocrm_custom_field.field_id is 'The vendor''s number';
comment on column mart.amocrm_custom_field.name is 'Name';
comment on column mart.amocrm_custom_field.code is 'Code; may be null or repeated';
comment on column mart.amocrm_custom_field.type is 'The vendor''s type, also one that is not known yet';
comment on column mart.amocrm_custom_field.is_computed is 'Worked out by the vendor';
comment on column mart.amocrm_custom_field.sort is 'Place among them';
comment on column mart.amocrm_custom_field.is_gone is 'The account shows it no longer';
comment on column mart.amocrm_custom_field.changed_run_id is 'The run that changed this row last';
create table mart.amocrm_custom_field_enum (
    account text not null,
    entity_type text not null,
    field_id bigint not null,
    enum_id bigint not null,
    value text not null,
    code text,
    sort integer,
    is_gone boolean not null default false,
    changed_run_id bigint not null,
    primary key (account, entity_type, field_id, enum_id)
);
comment on table mart.amocrm_custom_field_enum is 'What may be chosen in a custom field';
comment on column mart.amocrm_custom_field_enum.account is 'mart.amocrm_account';
comment on column mart.amocrm_custom_field_enum.entity_type is 'Of what: leads';
comment on column mart.amocrm_custom_field_enum.field_id is 'mart.amocrm_custom_field';
comment on column mart.amocrm_custom_field_enum.enum_id is 'The vendor''s number of the choice';
comment on column mart.amocrm_custom_field_enum.value is 'Its text';
comment on column mart.amocrm_custom_field_enum.code is 'Its code';
comment on column mart.amocrm_custom_field_enum.sort is 'Place among them';
comment on column mart.amocrm_custom_field_enum.is_gone is 'The account shows it no longer';
comment on column mart.amocrm_custom_field_enum.changed_run_id is 'The run that changed this row last';
create table mart.amocrm_lead (
    account text not null,
    lead_id bigint not null,
    name text,
    price numeric(18, 2),
    pipeline_id bigint not null,
    status_id bigint not null,
    responsible_user_id bigint,
    group_id bigint,
    loss_reason_id bigint,
    source_id bigint,
    source_name text,
    created_by bigint,
    updated_by bigint,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    closed_at timestamptz,
    score integer,
    labor_cost integer,
    main_contact_id bigint,
    company_id bigint,
    fingerprint text not null,
    raw jsonb,
    seen_at timestamptz,
    is_deleted boolean not null default false,
    deleted_at timestamptz,
    deleted_reason text check (deleted_reason in ('bin', 'event', 'missing')),
    first_run_id bigint not null,
    changed_run_id bigint not null,
    primary key (account, lead_id) include (price, is_deleted)
)
with (fillfactor = 90);
comment on table mart.amocrm_lead is 'Leads as last read; a deleted one keeps what it was';
comment on column mart.amocrm_lead.account is 'mart.amocrm_account';
comment on column mart.amocrm_lead.lead_id is 'The vendor''s number';
comment on column mart.amocrm_lead.name is 'Name';
comment on column mart.amocrm_lead.price is '«Бюджет», in the account''s currency';
comment on column mart.amocrm_lead.pipeline_id is 'Pipeline when it was read; that of now is in mart.v_amocrm_lead_now';
comment on column mart.amocrm_lead.status_id is 'Status of that pipeline, likewise';
comment on column mart.amocrm_lead.responsible_user_id is 'Manager: mart.amocrm_user';
comment on column mart.amocrm_lead.group_id is 'Manager''s group';
comment on column mart.amocrm_lead.loss_reason_id is 'mart.amocrm_loss_reason; may linger after a lead was reopened';
comment on column mart.amocrm_lead.source_id is 'Source';
comment on column mart.amocrm_lead.source_name is 'Its name';
comment on column mart.amocrm_lead.created_by is 'User; 0: a robot or an integration';
comment on column mart.amocrm_lead.updated_by is 'The same of the last change';
comment on column mart.amocrm_lead.created_at is 'Created';
comment on column mart.amocrm_lead.updated_at is 'Last change';
comment on column mart.amocrm_lead.closed_at is 'Closed; null while open';
comment on column mart.amocrm_lead.score is 'Score';
comment on column mart.amocrm_lead.labor_cost is 'Work on it, in seconds';
comment on column mart.amocrm_lead.main_contact_id is 'mart.amocrm_contact';
comment on column mart.amocrm_lead.company_id is 'Company';
comment on column mart.amocrm_lead.fingerprint is
'Hash of everything read of it: rows of its fields, tags and contacts are replaced when it changes';
comment on column mart.amocrm_lead.raw is 'As the vendor spelled it, if the settings keep that';
comment on column mart.amocrm_lead.seen_at is
'When the reading that found it so began: only an event since then is newer than this row; null: not known';
comment on column mart.amocrm_lead.is_deleted is 'In the bin, or gone';
comment on column mart.amocrm_lead.deleted_at is 'When, as far as is known';
comment on column mart.amocrm_lead.deleted_reason is 'How we know: the bin, an event, or a full reading that missed it';
comment on column mart.amocrm_lead.first_run_id is 'The run that met it first';
comment on column mart.amocrm_lead.changed_run_id is 'The run that changed this row last';
create index amocrm_lead_status_idx on mart.amocrm_lead (account, pipeline_id, status_id) where not is_deleted;
create index amocrm_lead_contact_idx on mart.amocrm_lead (account, main_contact_id) where main_contact_id is not null;
create table mart.amocrm_lead_custom_field_value (
    account text not null,
    lead_id bigint not null,
    field_id bigint not null,
    value_index integer not null,
    value_text text,
    value_num numeric,
    value_ts timestamptz,
    value_bool boolean,
    enum_id bigint,
    enum_code text,
    value_json jsonb,
    primary key (account, lead_id, field_id, value_index)
);
comment on table mart.amocrm_lead_custom_field_value is 'Values of custom fields of leads, all of them, typed';
comment on column mart.amocrm_lead_custom_field_value.account is 'mart.amocrm_account';
comment on column mart.amocrm_lead_custom_field_value.lead_id is 'mart.amocrm_lead';
comment on column mart.amocrm_lead_custom_field_value.field_id is 'mart.amocrm_custom_field';
comment on column mart.amocrm_lead_custom_field_value.value_index is 'From 0: a field may have several values';
comment on column mart.amocrm_lead_custom_field_value.value_text is 'As text; of a choice its text';
comment on column mart.amocrm_lead_custom_field_value.value_num is 'Of numeric fields; null: it does not read';
comment on column mart.amocrm_lead_custom_field_value.value_ts is 'Of dates: the instant';
comment on column mart.amocrm_lead_custom_field_value.value_bool is 'Of a tick';
comment on column mart.amocrm_lead_custom_field_value.enum_id is 'Of a choice: mart.amocrm_custom_field_enum';
comment on column mart.amocrm_lead_custom_field_value.enum_code is 'Its code';
comment on column mart.amocrm_lead_custom_field_value.value_json is 'Of types that are not plain, or not known yet';
create index amocrm_lead_custom_field_value_field_idx on mart.amocrm_lead_custom_field_value (account, field_id);
create table mart.amocrm_lead_tag (
    account text not null,
    lead_id bigint not null,
    tag_id bigint not null,
    name text not null,
    primary key (account, lead_id, tag_id)
);
comment on table mart.amocrm_lead_tag is 'Tags of leads';
comment on column mart.amocrm_lead_tag.account is 'mart.amocrm_account';
comment on column mart.amocrm_lead_tag.lead_id is 'mart.amocrm_lead';
comment on column mart.amocrm_lead_tag.tag_id is 'The vendor''s number';
comment on column mart.amocrm_lead_tag.name is 'Text';
create table mart.amocrm_lead_contact (
    account text not null,
    lead_id bigint not null,
    contact_id bigint not null,
    is_main boolean not null,
    primary key (account, lead_id, contact_id)
);
comment on table mart.amocrm_lead_contact is 'Contacts of leads';
comment on column mart.amocrm_lead_contact.account is 'mart.amocrm_account';
comment on column mart.amocrm_lead_contact.lead_id is 'mart.amocrm_lead';
comment on column mart.amocrm_lead_contact.contact_id is 'mart.amocrm_contact; its client: mart.client_link (system = account)';
comment on column mart.amocrm_lead_contact.is_main is 'The main one';
create index amocrm_lead_contact_contact_idx on mart.amocrm_lead_contact (account, contact_id);
create table mart.amocrm_contact (
    account text not null,
    contact_id bigint not null,
    name text,
    phones text[] not null default '{}',
    emails text[] not null default '{}',
    responsible_user_id bigint,
    created_at timestamptz,
    updated_at timestamptz not null,
    fingerprint text not null,
    first_run_id bigint not null,
    changed_run_id bigint not null,
    primary key (account, contact_id)
);
comment on table mart.amocrm_contact is 'Contacts of the account, if the settings let them be read';
comment on column mart.amocrm_contact.account is 'mart.amocrm_account';
comment on column mart.amocrm_contact.contact_id is 'The vendor''s number';
comment on column mart.amocrm_contact.name is 'Name';
comment on column mart.amocrm_contact.phones is 'As written, in the vendor''s order';
comment on column mart.amocrm_contact.emails is 'As written, in the vendor''s order';
comment on column mart.amocrm_contact.responsible_user_id is 'mart.amocrm_user';
comment on column mart.amocrm_contact.created_at is 'Created';
comment on column mart.amocrm_contact.updated_at is 'Last change';
comment on column mart.amocrm_contact.fingerprint is 'Hash of everything read of it';
comment on column mart.amocrm_contact.first_run_id is 'The run that met it first';
comment on column mart.amocrm_contact.changed_run_id is 'The run that changed this row last';
create table mart.amocrm_lead_event (
    account text not null,
    event_id text collate "C" not null,
    lead_id bigint not null,
    type text not null,
    created_by bigint,
    occurred_at timestamptz not null,
    from_pipeline_id bigint,
    from_status_id bigint,
    to_pipeline_id bigint,
    to_status_id bigint,
    sale_before numeric(18, 2),
    sale_after numeric(18, 2),
    run_id bigint not null,
    primary key (account, event_id)
);
comment on table mart.amocrm_lead_event is 'Events of leads: they are added and never changed';
comment on column mart.amocrm_lead_event.account is 'mart.amocrm_account';
comment on column mart.amocrm_lead_event.event_id is 'The vendor''s id';
comment on column mart.amocrm_lead_event.lead_id is 'mart.amocrm_lead, or one we have never seen';
comment on column mart.amocrm_lead_event.type is
'lead_status_changed, lead_deleted, lead_restored, entity_merged, sale_field_changed; lead_added of the oldest lead';
comment on column mart.amocrm_lead_event.created_by is 'User; 0: a robot or an integration';
comment on column mart.amocrm_lead_event.occurred_at is 'When, to the second';
comment on column mart.amocrm_lead_event.from_pipeline_id is 'Of a change of status: from which pipeline';
comment on column mart.amocrm_lead_event.from_status_id is 'From which status';
comment on column mart.amocrm_lead_event.to_pipeline_id is 'To which pipeline';
comment on column mart.amocrm_lead_event.to_status_id is 'To which status';
comment on column mart.amocrm_lead_event.sale_before is 'Of a change of price: before';
comment on column mart.amocrm_lead_event.sale_after is 'And after';
comment on column mart.amocrm_lead_event.run_id is 'The run that read it first';
create index amocrm_lead_event_lead_idx on mart.amocrm_lead_event (account, lead_id, occurred_at);

create table mart.amocrm_unread_lead (
    account text not null,
    lead_id bigint not null,
    problem text not null,
    since timestamptz not null,
    asked_at timestamptz not null,
    first_run_id bigint not null,
    primary key (account, lead_id)
);
comment on table mart.amocrm_unread_lead is 'Leads that do not read, wholly or in part: each run asks for some again until they do';
comment on column mart.amocrm_unread_lead.account is 'mart.amocrm_account';
comment on column mart.amocrm_unread_lead.lead_id is 'The vendor''s number';
comment on column mart.amocrm_unread_lead.problem is 'What is wrong with it';
comment on column mart.amocrm_unread_lead.since is 'Start of the run that saw it first';
comment on column mart.amocrm_unread_lead.asked_at is 'Start of the run that came upon it last';
comment on column mart.amocrm_unread_lead.first_run_id is 'The run that saw it first';
create table mart.amocrm_unread_events (
    account text not null,
    from_at timestamptz not null,
    to_at timestamptz not null,
    types text not null,
    lead_ids bigint[] not null,
    event_ids text[] not null,
    problem text not null,
    since timestamptz not null,
    asked_at timestamptz not null,
    first_run_id bigint not null,
    primary key (account, from_at, to_at, types, lead_ids)
);
comment on table mart.amocrm_unread_events is 'Windows with events that do not read: each run asks for some again until all of a window do';
comment on column mart.amocrm_unread_events.account is 'mart.amocrm_account';
comment on column mart.amocrm_unread_events.from_at is 'Where to look for them';
comment on column mart.amocrm_unread_events.to_at is 'And up to where';
comment on column mart.amocrm_unread_events.types is 'Types of events asked for, with commas between';
comment on column mart.amocrm_unread_events.lead_ids is 'Leads whose events are asked for; none: of whichever';
comment on column mart.amocrm_unread_events.event_ids is 'Which they are: numbers, or hashes of those without one';
comment on column mart.amocrm_unread_events.problem is 'What is wrong with the first of them';
comment on column mart.amocrm_unread_events.since is 'Start of the run that saw one first';
comment on column mart.amocrm_unread_events.asked_at is 'Start of the run that asked last';
comment on column mart.amocrm_unread_events.first_run_id is 'The run that saw one first';
create table mart.amocrm_funnel (
    account text not null,
    funnel_id text not null,
    title text not null,
    place smallint not null,
    primary key (account, funnel_id)
);
comment on table mart.amocrm_funnel is 'Funnels of the settings that the marts were built with';
comment on column mart.amocrm_funnel.account is 'mart.amocrm_account';
comment on column mart.amocrm_funnel.funnel_id is 'Its id in the settings';
comment on column mart.amocrm_funnel.title is 'As people call it';
comment on column mart.amocrm_funnel.place is 'Place among them, from 1';
create table mart.amocrm_container (
    account text not null,
    funnel_id text not null,
    container_id text not null,
    title text not null,
    position integer not null,
    marker text check (marker in ('success', 'refusal', 'return', 'pause')),
    primary key (account, funnel_id, container_id),
    unique (account, funnel_id, position)
);
comment on table mart.amocrm_container is 'Containers of statuses; their order is that of the right column, not of amoCRM';
comment on column mart.amocrm_container.account is 'mart.amocrm_account';
comment on column mart.amocrm_container.funnel_id is 'mart.amocrm_funnel';
comment on column mart.amocrm_container.container_id is 'Its id in the settings';
comment on column mart.amocrm_container.title is 'As people call it';
comment on column mart.amocrm_container.position is 'Earlier ones count as passed';
comment on column mart.amocrm_container.marker is
'«Завершенная сделка» success, «Отказ» refusal, «Возврат» return, «Пауза в обработке» pause; null: none';
create unique index amocrm_container_marker_uq on mart.amocrm_container (account, funnel_id, marker) where marker is not null;
create table mart.amocrm_container_status (
    account text not null,
    pipeline_id bigint not null,
    status_id bigint not null,
    funnel_id text not null,
    container_id text not null,
    primary key (account, pipeline_id, status_id)
);
comment on table mart.amocrm_container_status is 'Which container a status is in: at most one';
comment on column mart.amocrm_container_status.account is 'mart.amocrm_account';
comment on column mart.amocrm_container_status.pipeline_id is 'mart.amocrm_pipeline';
comment on column mart.amocrm_container_status.status_id is 'mart.amocrm_status';
comment on column mart.amocrm_container_status.funnel_id is 'mart.amocrm_funnel';
comment on column mart.amocrm_container_status.container_id is 'mart.amocrm_container';
create table mart.amocrm_field_selection (
    account text not null,
    field_id bigint not null,
    primary key (account, field_id)
);
comment on table mart.amocrm_field_selection is '«Остальные поля»: custom fields that analysts see; no row means all of them';
comment on column mart.amocrm_field_selection.account is 'mart.amocrm_account';
comment on column mart.amocrm_field_selection.field_id is 'mart.amocrm_custom_field';
create table mart.amocrm_calc_field (
    account text not null,
    calc_id text not null,
    title text not null,
    expression text not null,
    place smallint not null,
    primary key (account, calc_id)
);
comment on table mart.amocrm_calc_field is '«Калькуляция»: calculated fields of the settings';
comment on column mart.amocrm_calc_field.account is 'mart.amocrm_account';
comment on column mart.amocrm_calc_field.calc_id is 'Its id in the settings';
comment on column mart.amocrm_calc_field.title is 'As people call it';
comment on column mart.amocrm_calc_field.expression is 'As written there';
comment on column mart.amocrm_calc_field.place is 'Place among them, from 1';
create table mart.amocrm_config_build (
    account text not null,
    run_id bigint not null,
    config_hash text not null,
    settings jsonb not null,
    timezone text not null,
    history_from timestamptz,
    leads integer not null,
    built_at timestamptz not null,
    primary key (account, run_id)
);
comment on table mart.amocrm_config_build is 'Full builds of the marts: the newest tells what they hold now';
comment on column mart.amocrm_config_build.account is 'mart.amocrm_account';
comment on column mart.amocrm_config_build.run_id is 'The run that built all leads';
comment on column mart.amocrm_config_build.config_hash is 'Hash of what shapes the marts: other settings build all leads anew';
comment on column mart.amocrm_config_build.settings is 'Those settings: funnels, filter, fields, calculated, policies';
comment on column mart.amocrm_config_build.timezone is 'Zone of days';
comment on column mart.amocrm_config_build.history_from is
'The oldest event known then: of leads created before it the beginning is not known';
comment on column mart.amocrm_config_build.leads is 'Leads built';
comment on column mart.amocrm_config_build.built_at is 'Start of that run';

create table mart.amocrm_lead_transition (
    account text not null,
    lead_id bigint not null,
    seq integer not null,
    occurred_at timestamptz not null,
    pipeline_id bigint not null,
    status_id bigint not null,
    source text not null check (source in ('first_event', 'event', 'snapshot')),
    event_id text collate "C",
    primary key (account, lead_id, seq)
);
comment on table mart.amocrm_lead_transition is 'Every status a lead is known to have had, in order; no mapping is in it';
comment on column mart.amocrm_lead_transition.account is 'mart.amocrm_account';
comment on column mart.amocrm_lead_transition.lead_id is 'mart.amocrm_lead';
comment on column mart.amocrm_lead_transition.seq is 'From 0; order within one second is told by it alone';
comment on column mart.amocrm_lead_transition.occurred_at is 'Since when';
comment on column mart.amocrm_lead_transition.pipeline_id is 'Pipeline';
comment on column mart.amocrm_lead_transition.status_id is 'Status of that pipeline';
comment on column mart.amocrm_lead_transition.source is
'event; first_event: what the first event says was before it; snapshot: seen in the lead itself, no event tells it';
comment on column mart.amocrm_lead_transition.event_id is 'mart.amocrm_lead_event; null: of no event';
create table mart.amocrm_lead_container_interval (
    account text not null,
    lead_id bigint not null,
    seq integer not null,
    funnel_id text not null,
    container_id text not null,
    entered_at timestamptz not null,
    left_at timestamptz,
    seconds bigint generated always as (extract(epoch from left_at - entered_at)::bigint) stored,
    source text not null,
    primary key (account, lead_id, seq)
);
comment on table mart.amocrm_lead_container_interval is 'Stays of leads in containers: moves inside one container are one stay';
comment on column mart.amocrm_lead_container_interval.account is 'mart.amocrm_account';
comment on column mart.amocrm_lead_container_interval.lead_id is 'mart.amocrm_lead';
comment on column mart.amocrm_lead_container_interval.seq is 'That of the transition it begins with';
comment on column mart.amocrm_lead_container_interval.funnel_id is 'mart.amocrm_funnel';
comment on column mart.amocrm_lead_container_interval.container_id is
'mart.amocrm_container: its position and marker are there alone, so that a marker that moves rewrites no stay';
comment on column mart.amocrm_lead_container_interval.entered_at is 'Since';
comment on column mart.amocrm_lead_container_interval.left_at is
'Until: the next status that is not in it, mapped or not; null: it is there';
comment on column mart.amocrm_lead_container_interval.seconds is 'How long it was; null: it goes on';
comment on column mart.amocrm_lead_container_interval.source is 'Of the transition it begins with';
create table mart.amocrm_lead_container_pass (
    account text not null,
    lead_id bigint not null,
    funnel_id text not null,
    container_id text not null,
    position integer not null,
    kind text not null check (kind in ('visited', 'implied')),
    passed_at timestamptz not null,
    last_entered_at timestamptz,
    entries integer not null,
    closed_seconds bigint not null,
    open_since timestamptz,
    primary key (account, lead_id, funnel_id, container_id)
);
comment on table mart.amocrm_lead_container_pass is
'Containers a lead counts as having passed. Passed is not visited: success passes all earlier ones, refusal none';
comment on column mart.amocrm_lead_container_pass.account is 'mart.amocrm_account';
comment on column mart.amocrm_lead_container_pass.lead_id is 'mart.amocrm_lead';
comment on column mart.amocrm_lead_container_pass.funnel_id is 'mart.amocrm_funnel';
comment on column mart.amocrm_lead_container_pass.container_id is 'mart.amocrm_container';
comment on column mart.amocrm_lead_container_pass.position is 'Its position';
comment on column mart.amocrm_lead_container_pass.kind is
'visited: it stood there; implied: it never did, a later container says it must have';
comment on column mart.amocrm_lead_container_pass.passed_at is 'First entered; of an implied one the earliest visit of a later container';
comment on column mart.amocrm_lead_container_pass.last_entered_at is 'Last entered; null: implied';
comment on column mart.amocrm_lead_container_pass.entries is 'Stays; 0: implied';
comment on column mart.amocrm_lead_container_pass.closed_seconds is 'Seconds of stays that have ended';
comment on column mart.amocrm_lead_container_pass.open_since is 'Since when it stands there now; null: it does not';
create table mart.amocrm_lead_funnel_state (
    account text not null,
    lead_id bigint not null,
    funnel_id text not null,
    container_id text not null,
    position integer not null,
    marker text,
    since timestamptz not null,
    is_outside boolean not null,
    is_paused boolean not null generated always as (coalesce(marker = 'pause', false)) stored,
    price numeric(18, 2),
    sales_volume numeric(18, 2) not null,
    success_amount numeric(18, 2) not null,
    returned_amount numeric(18, 2) not null,
    success_at timestamptz,
    success_at_source text,
    refused_at timestamptz,
    refused_from text,
    loss_reason_id bigint,
    history_complete boolean not null,
    created_at timestamptz not null,
    created_day date not null,
    responsible_user_id bigint,
    main_contact_id bigint,
    changed_run_id bigint not null,
    primary key (account, lead_id, funnel_id)
)
with (fillfactor = 90);
comment on table mart.amocrm_lead_funnel_state is
'How each lead stands in each funnel it was in, now: a figure of last month may change when a lead is reopened';
comment on column mart.amocrm_lead_funnel_state.account is 'mart.amocrm_account';
comment on column mart.amocrm_lead_funnel_state.lead_id is 'mart.amocrm_lead';
comment on column mart.amocrm_lead_funnel_state.funnel_id is 'mart.amocrm_funnel';
comment on column mart.amocrm_lead_funnel_state.container_id is 'Container of its last status that is mapped in this funnel';
comment on column mart.amocrm_lead_funnel_state.position is 'Its position';
comment on column mart.amocrm_lead_funnel_state.marker is 'Its marker';
comment on column mart.amocrm_lead_funnel_state.since is 'Beginning of that stay';
comment on column mart.amocrm_lead_funnel_state.is_outside is 'The status it has now is not mapped in this funnel';
comment on column mart.amocrm_lead_funnel_state.is_paused is 'It stands in pause: open, but not in work';
comment on column mart.amocrm_lead_funnel_state.price is '«Сумма сделки» that counts: now, or at success, as the settings say';
comment on column mart.amocrm_lead_funnel_state.sales_volume is '«Объем продаж»: the price while it stands in success, else 0';
comment on column mart.amocrm_lead_funnel_state.success_amount is 'Gross: the price if it ever stood in success';
comment on column mart.amocrm_lead_funnel_state.returned_amount is 'The price if it stands in return and stood in success before';
comment on column mart.amocrm_lead_funnel_state.success_at is 'Beginning of its last stay in success';
comment on column mart.amocrm_lead_funnel_state.success_at_source is
'event, first_event; snapshot: closed_at or updated_at of the lead, no event tells it';
comment on column mart.amocrm_lead_funnel_state.refused_at is 'The same of refusal';
comment on column mart.amocrm_lead_funnel_state.refused_from is
'Container without a marker that it was in last before its refusal; null: none, or not refused';
comment on column mart.amocrm_lead_funnel_state.loss_reason_id is 'Only while it stands in refusal';
comment on column mart.amocrm_lead_funnel_state.history_complete is
'False: older than the oldest event known, so its beginning may be missing';
comment on column mart.amocrm_lead_funnel_state.created_at is 'Lead created';
comment on column mart.amocrm_lead_funnel_state.created_day is 'Day of that in the zone of the settings';
comment on column mart.amocrm_lead_funnel_state.responsible_user_id is 'Manager';
comment on column mart.amocrm_lead_funnel_state.main_contact_id is 'Main contact';
comment on column mart.amocrm_lead_funnel_state.changed_run_id is 'The run that changed this row last';
create index amocrm_lead_funnel_state_day_idx on mart.amocrm_lead_funnel_state (account, funnel_id, created_day);
create index amocrm_lead_funnel_state_sales_idx on mart.amocrm_lead_funnel_state (account) include (sales_volume) where sales_volume <> 0;
create index amocrm_lead_funnel_state_refusal_idx on mart.amocrm_lead_funnel_state (account, funnel_id, since desc, lead_id desc)
include (created_day, price, refused_at, refused_from, loss_reason_id, responsible_user_id) where marker = 'refusal';
create table mart.amocrm_lead_utm (
    account text not null,
    lead_id bigint not null,
    utm_source text,
    utm_medium text,
    utm_campaign text,
    utm_content text,
    utm_term text,
    utm_referrer text,
    metrika_cid text,
    google_cid text,
    smart_visitor_id text,
    gclid text,
    yclid text,
    fbclid text,
    roistat text,
    referrer text,
    provenance jsonb not null,
    primary key (account, lead_id)
);
comment on table mart.amocrm_lead_utm is
'Where leads came from: system fields first, then fields chosen in the settings; leads without any have no row';
comment on column mart.amocrm_lead_utm.account is 'mart.amocrm_account';
comment on column mart.amocrm_lead_utm.lead_id is 'mart.amocrm_lead';
comment on column mart.amocrm_lead_utm.utm_source is 'utm_source';
comment on column mart.amocrm_lead_utm.utm_medium is 'utm_medium';
comment on column mart.amocrm_lead_utm.utm_campaign is 'utm_campaign';
comment on column mart.amocrm_lead_utm.utm_content is 'utm_content';
comment on column mart.amocrm_lead_utm.utm_term is 'utm_term';
comment on column mart.amocrm_lead_utm.utm_referrer is 'utm_referrer';
comment on column mart.amocrm_lead_utm.metrika_cid is 'Yandex.Metrica client id: _ym_uid';
comment on column mart.amocrm_lead_utm.google_cid is 'Google client id: gclientid, of a raw _ga cookie its end';
comment on column mart.amocrm_lead_utm.smart_visitor_id is 'Visitor of Smart Data Hub, from a field chosen in the settings';
comment on column mart.amocrm_lead_utm.gclid is 'gclid';
comment on column mart.amocrm_lead_utm.yclid is 'yclid';
comment on column mart.amocrm_lead_utm.fbclid is 'fbclid';
comment on column mart.amocrm_lead_utm.roistat is 'roistat';
comment on column mart.amocrm_lead_utm.referrer is 'referrer';
comment on column mart.amocrm_lead_utm.provenance is 'Of each that is filled: system or slot';
create table mart.amocrm_lead_calculated_value (
    account text not null,
    lead_id bigint not null,
    calc_id text not null,
    value numeric,
    problem text check (problem in ('missing', 'division_by_zero', 'unparsable', 'too_large')),
    primary key (account, lead_id, calc_id)
);
comment on table mart.amocrm_lead_calculated_value is 'Calculated fields of leads';
comment on column mart.amocrm_lead_calculated_value.account is 'mart.amocrm_account';
comment on column mart.amocrm_lead_calculated_value.lead_id is 'mart.amocrm_lead';
comment on column mart.amocrm_lead_calculated_value.calc_id is 'mart.amocrm_calc_field';
comment on column mart.amocrm_lead_calculated_value.value is 'To six places, half to even; null: see problem';
comment on column mart.amocrm_lead_calculated_value.problem is 'Why there is no value';
create table mart.amocrm_lead_path (
    account text not null,
    lead_id bigint not null,
    month date not null,
    statuses text[] not null,
    price numeric(18, 2) not null,
    status text not null generated always as (statuses[cardinality(statuses)]) stored,
    primary key (account, lead_id) include (status)
);
comment on table mart.amocrm_lead_path is 'What a mapping has to know of a lead: which statuses it had, in the order it left them last';
comment on column mart.amocrm_lead_path.account is 'mart.amocrm_account';
comment on column mart.amocrm_lead_path.lead_id is 'mart.amocrm_lead; all live ones that pass the filter, mapped or not';
comment on column mart.amocrm_lead_path.month is 'First day of the month it was created in';
comment on column mart.amocrm_lead_path.statuses is 'pipeline:status, each once, by its last time; the last one is that of now';
comment on column mart.amocrm_lead_path.price is 'Price now, 0 if there is none';
comment on column mart.amocrm_lead_path.status is 'The last of them';
create table mart.amocrm_path (
    account text not null,
    month date not null,
    statuses text[] not null,
    leads integer not null,
    price numeric(18, 2) not null,
    primary key (account, month, statuses)
);
comment on table mart.amocrm_path is 'Leads with the same path, counted: any mapping can be tried on it in a moment';
comment on column mart.amocrm_path.account is 'mart.amocrm_account';
comment on column mart.amocrm_path.month is 'Month the leads were created in';
comment on column mart.amocrm_path.statuses is 'mart.amocrm_lead_path';
comment on column mart.amocrm_path.leads is 'How many leads';
comment on column mart.amocrm_path.price is 'Their prices together';
create table mart.amocrm_mapping_issue (
    account text not null,
    kind text not null,
    pipeline_id bigint not null default 0,
    status_id bigint not null default 0,
    funnel_id text not null default '',
    leads integer not null,
    lead_ids bigint[] not null,
    first_seen_at timestamptz not null,
    first_run_id bigint not null,
    primary key (account, kind, pipeline_id, status_id, funnel_id)
);
comment on table mart.amocrm_mapping_issue is
'What of the mapping or the data deserves a look: as the last publication saw it; what is put right goes';
comment on column mart.amocrm_mapping_issue.account is 'mart.amocrm_account';
comment on column mart.amocrm_mapping_issue.kind is
'unmapped_status, unmapped_lead, gone_status, outside_after_success, return_without_success, zero_success, unparsable_number,
several_values, division_by_zero, too_large, history_incomplete';
comment on column mart.amocrm_mapping_issue.pipeline_id is 'Of a status: its pipeline; 0: of none';
comment on column mart.amocrm_mapping_issue.status_id is 'Of a status; 0: of none';
comment on column mart.amocrm_mapping_issue.funnel_id is 'Of a funnel; empty: of none';
comment on column mart.amocrm_mapping_issue.leads is 'How many leads';
comment on column mart.amocrm_mapping_issue.lead_ids is 'Twenty of them at most, the smallest numbers';
comment on column mart.amocrm_mapping_issue.first_seen_at is 'Start of the run that saw it first';
comment on column mart.amocrm_mapping_issue.first_run_id is 'That run';
create table mart.amocrm_sales_snapshot (
    account text not null,
    day date not null,
    funnel_id text not null,
    container_id text not null,
    leads integer not null,
    passed integer not null,
    visited integer not null,
    sales_volume numeric(18, 2) not null,
    success_amount numeric(18, 2) not null,
    returned_amount numeric(18, 2) not null,
    taken_at timestamptz not null,
    run_id bigint not null,
    primary key (account, day, funnel_id, container_id)
);
comment on table mart.amocrm_sales_snapshot is
'Figures as they were at the end of a day, never changed afterwards; only if the settings ask for it';
comment on column mart.amocrm_sales_snapshot.account is 'mart.amocrm_account';
comment on column mart.amocrm_sales_snapshot.day is 'The day that had just ended, in the zone of the settings';
comment on column mart.amocrm_sales_snapshot.funnel_id is 'mart.amocrm_funnel then';
comment on column mart.amocrm_sales_snapshot.container_id is 'mart.amocrm_container then';
comment on column mart.amocrm_sales_snapshot.leads is 'Leads that stood there';
comment on column mart.amocrm_sales_snapshot.passed is 'Leads that had passed it';
comment on column mart.amocrm_sales_snapshot.visited is 'Of them, those that had been there';
comment on column mart.amocrm_sales_snapshot.sales_volume is 'Of the leads that stood there';
comment on column mart.amocrm_sales_snapshot.success_amount is 'Of the leads that stood there';
comment on column mart.amocrm_sales_snapshot.returned_amount is 'Of the leads that stood there';
comment on column mart.amocrm_sales_snapshot.taken_at is 'Start of the run that took it';
comment on column mart.amocrm_sales_snapshot.run_id is 'That run';
create table mart.amocrm_sdh_push (
    account text not null,
    lead_id bigint not null,
    funnel_id text not null,
    state text not null check (state in ('new', 'sent', 'unknown', 'failed', 'skipped')),
    outer_id text not null,
    remote_pipeline_id text not null,
    remote_id text,
    payload_hash text not null,
    attempts integer not null,
    http_status integer,
    error text,
    pushed_at timestamptz,
    run_id bigint not null,
    primary key (account, lead_id, funnel_id)
);
comment on table mart.amocrm_sdh_push is 'Leads pushed to Smart Data Hub: each is posted once';
comment on column mart.amocrm_sdh_push.account is 'mart.amocrm_account';
comment on column mart.amocrm_sdh_push.lead_id is 'mart.amocrm_lead';
comment on column mart.amocrm_sdh_push.funnel_id is 'mart.amocrm_funnel';
comment on column mart.amocrm_sdh_push.state is
'new: planned; sent; unknown: its answer was lost, it is not posted again unasked; failed: refused; skipped: not to be sent';
comment on column mart.amocrm_sdh_push.outer_id is
'How it is named there, for good: account and lead; once that name is another funnel''s, with this one''s id';
comment on column mart.amocrm_sdh_push.remote_pipeline_id is 'The pipeline there: by it a lead is known after its funnel is renamed here';
comment on column mart.amocrm_sdh_push.remote_id is 'Its id there';
comment on column mart.amocrm_sdh_push.payload_hash is 'Hash of what was posted last';
comment on column mart.amocrm_sdh_push.attempts is 'How often it was posted';
comment on column mart.amocrm_sdh_push.http_status is 'Of the last answer';
comment on column mart.amocrm_sdh_push.error is 'The vendor''s words';
comment on column mart.amocrm_sdh_push.pushed_at is 'When it was taken';
comment on column mart.amocrm_sdh_push.run_id is 'The run that changed this row last';
create table mart.amocrm_sdh_status (
    account text not null,
    funnel_id text not null,
    container_id text not null,
    remote_pipeline_id text not null,
    remote_status_id text not null,
    name text not null,
    run_id bigint not null,
    primary key (account, funnel_id, container_id)
);
comment on table mart.amocrm_sdh_status is 'Statuses of Smart Data Hub made for containers, each once';
comment on column mart.amocrm_sdh_status.account is 'mart.amocrm_account';
comment on column mart.amocrm_sdh_status.funnel_id is 'mart.amocrm_funnel';
comment on column mart.amocrm_sdh_status.container_id is 'mart.amocrm_container';
comment on column mart.amocrm_sdh_status.remote_pipeline_id is 'Pipeline there';
comment on column mart.amocrm_sdh_status.remote_status_id is 'Status there';
comment on column mart.amocrm_sdh_status.name is 'Name it was made with';
comment on column mart.amocrm_sdh_status.run_id is 'The run that made it';

create unlogged table stage.amocrm_statuses_slice (
    run_id bigint not null,
    stream text not null,
    slice_no integer not null,
    mode text not null,
    from_at timestamptz,
    to_at timestamptz,
    page integer not null default 0,
    requests integer not null default 0,
    rows integer not null default 0,
    newest_at timestamptz,
    began_at timestamptz not null,
    is_done boolean not null default false,
    ended_at timestamptz,
    primary key (run_id, stream, slice_no)
);
comment on table stage.amocrm_statuses_slice is
'How far each reading has come: one row a window of time; it moves in the transaction that stages a page';
comment on column stage.amocrm_statuses_slice.run_id is 'ops.run';
comment on column stage.amocrm_statuses_slice.stream is
'leads, deleted, events, contacts, scan, again; torn: windows of events read once more; history: creations; shown: events of leads
that show late; unread: records that did not read before';
comment on column stage.amocrm_statuses_slice.slice_no is 'From 1';
comment on column stage.amocrm_statuses_slice.mode is 'filter: by the account''s filters; pages: by pages; window: a window of events';
comment on column stage.amocrm_statuses_slice.from_at is
'Beginning of the window; of mode filter where the next request begins; null: of no window';
comment on column stage.amocrm_statuses_slice.to_at is 'Its end; null: open';
comment on column stage.amocrm_statuses_slice.page is 'Last page staged';
comment on column stage.amocrm_statuses_slice.requests is 'Requests made, those that brought nothing too';
comment on column stage.amocrm_statuses_slice.rows is 'Rows staged';
comment on column stage.amocrm_statuses_slice.newest_at is 'Latest change among them';
comment on column stage.amocrm_statuses_slice.began_at is 'When it began, by the vendor''s clock';
comment on column stage.amocrm_statuses_slice.is_done is 'Its end was reached';
comment on column stage.amocrm_statuses_slice.ended_at is
'When its last page so far was read, by the vendor''s clock; of windows of events alone';
create unlogged table stage.amocrm_statuses_page (
    run_id bigint not null,
    stream text not null,
    page integer not null,
    first_id bigint not null,
    last_id bigint not null,
    rows integer not null,
    read_at timestamptz not null,
    primary key (run_id, stream, page)
);
comment on table stage.amocrm_statuses_page is
'Pages of a list read by number: a lead deleted between two of them moves a row from one to the other';
comment on column stage.amocrm_statuses_page.run_id is 'ops.run';
comment on column stage.amocrm_statuses_page.stream is 'As in stage.amocrm_statuses_slice';
comment on column stage.amocrm_statuses_page.page is 'Its number';
comment on column stage.amocrm_statuses_page.first_id is 'First id on it';
comment on column stage.amocrm_statuses_page.last_id is 'Last id on it';
comment on column stage.amocrm_statuses_page.rows is 'Rows on it';
comment on column stage.amocrm_statuses_page.read_at is 'When it was read, by the vendor''s clock';
create unlogged table stage.amocrm_statuses_dictionary (
    run_id bigint not null,
    kind text not null,
    place integer not null,
    item jsonb not null,
    primary key (run_id, kind, place)
);
comment on table stage.amocrm_statuses_dictionary is 'What the account tells of itself: columns of the mart''s tables by name';
comment on column stage.amocrm_statuses_dictionary.run_id is 'ops.run';
comment on column stage.amocrm_statuses_dictionary.kind is
'account, pipeline, status, user, loss_reason, field, enum; no_users: their list was refused; rights: of whoever gave
access, 1 when the run began, 2 later; config: the settings it began by';
comment on column stage.amocrm_statuses_dictionary.place is 'From 1';
comment on column stage.amocrm_statuses_dictionary.item is 'One row';
create unlogged table stage.amocrm_statuses_lead (
    run_id bigint not null,
    read_no integer not null,
    lead_id bigint not null,
    name text,
    price numeric(18, 2),
    pipeline_id bigint not null,
    status_id bigint not null,
    responsible_user_id bigint,
    group_id bigint,
    loss_reason_id bigint,
    source_id bigint,
    source_name text,
    created_by bigint,
    updated_by bigint,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    closed_at timestamptz,
    score integer,
    labor_cost integer,
    main_contact_id bigint,
    company_id bigint,
    fingerprint text not null,
    raw jsonb
);
comment on table stage.amocrm_statuses_lead is
'Leads as read; one that was read twice is here twice until the reading has ended, the last reading stays';
comment on column stage.amocrm_statuses_lead.run_id is 'ops.run';
comment on column stage.amocrm_statuses_lead.read_no is 'Which request of the run brought it';
comment on column stage.amocrm_statuses_lead.lead_id is 'As in mart.amocrm_lead';
comment on column stage.amocrm_statuses_lead.name is 'As there';
comment on column stage.amocrm_statuses_lead.price is 'As there';
comment on column stage.amocrm_statuses_lead.pipeline_id is 'As there';
comment on column stage.amocrm_statuses_lead.status_id is 'As there';
comment on column stage.amocrm_statuses_lead.responsible_user_id is 'As there';
comment on column stage.amocrm_statuses_lead.group_id is 'As there';
comment on column stage.amocrm_statuses_lead.loss_reason_id is 'As there';
comment on column stage.amocrm_statuses_lead.source_id is 'As there';
comment on column stage.amocrm_statuses_lead.source_name is 'As there';
comment on column stage.amocrm_statuses_lead.created_by is 'As there';
comment on column stage.amocrm_statuses_lead.updated_by is 'As there';
comment on column stage.amocrm_statuses_lead.created_at is 'As there';
comment on column stage.amocrm_statuses_lead.updated_at is 'As there';
comment on column stage.amocrm_statuses_lead.closed_at is 'As there';
comment on column stage.amocrm_statuses_lead.score is 'As there';
comment on column stage.amocrm_statuses_lead.labor_cost is 'As there';
comment on column stage.amocrm_statuses_lead.main_contact_id is 'As there';
comment on column stage.amocrm_statuses_lead.company_id is 'As there';
comment on column stage.amocrm_statuses_lead.fingerprint is 'As there';
comment on column stage.amocrm_statuses_lead.raw is 'As there';
create index amocrm_statuses_lead_idx on stage.amocrm_statuses_lead (run_id, lead_id, read_no);
create unlogged table stage.amocrm_statuses_reread (
    run_id bigint not null,
    lead_id bigint not null,
    read_no integer not null
);
comment on table stage.amocrm_statuses_reread is 'Leads that a run has read otherwise than they were known';
comment on column stage.amocrm_statuses_reread.run_id is 'ops.run';
comment on column stage.amocrm_statuses_reread.lead_id is 'The lead';
comment on column stage.amocrm_statuses_reread.read_no is 'The reading that counts';
create unlogged table stage.amocrm_statuses_value (
    run_id bigint not null,
    read_no integer not null,
    lead_id bigint not null,
    field_id bigint not null,
    value_index integer not null,
    value_text text,
    value_num numeric,
    value_ts timestamptz,
    value_bool boolean,
    enum_id bigint,
    enum_code text,
    value_json jsonb
);
comment on table stage.amocrm_statuses_value is 'Values of their custom fields';
comment on column stage.amocrm_statuses_value.run_id is 'ops.run';
comment on column stage.amocrm_statuses_value.read_no is 'As in stage.amocrm_statuses_lead';
comment on column stage.amocrm_statuses_value.lead_id is 'The lead';
comment on column stage.amocrm_statuses_value.field_id is 'As in mart.amocrm_lead_custom_field_value';
comment on column stage.amocrm_statuses_value.value_index is 'As there';
comment on column stage.amocrm_statuses_value.value_text is 'As there';
comment on column stage.amocrm_statuses_value.value_num is 'As there';
comment on column stage.amocrm_statuses_value.value_ts is 'As there';
comment on column stage.amocrm_statuses_value.value_bool is 'As there';
comment on column stage.amocrm_statuses_value.enum_id is 'As there';
comment on column stage.amocrm_statuses_value.enum_code is 'As there';
comment on column stage.amocrm_statuses_value.value_json is 'As there';
create unlogged table stage.amocrm_statuses_tag (
    run_id bigint not null,
    read_no integer not null,
    lead_id bigint not null,
    tag_id bigint not null,
    name text not null
);
comment on table stage.amocrm_statuses_tag is 'Their tags';
comment on column stage.amocrm_statuses_tag.run_id is 'ops.run';
comment on column stage.amocrm_statuses_tag.read_no is 'As in stage.amocrm_statuses_lead';
comment on column stage.amocrm_statuses_tag.lead_id is 'The lead';
comment on column stage.amocrm_statuses_tag.tag_id is 'As in mart.amocrm_lead_tag';
comment on column stage.amocrm_statuses_tag.name is 'As there';
create unlogged table stage.amocrm_statuses_lead_contact (
    run_id bigint not null,
    read_no integer not null,
    lead_id bigint not null,
    contact_id bigint not null,
    is_main boolean not null
);
comment on table stage.amocrm_statuses_lead_contact is 'Their contacts';
comment on column stage.amocrm_statuses_lead_contact.run_id is 'ops.run';
comment on column stage.amocrm_statuses_lead_contact.read_no is 'As in stage.amocrm_statuses_lead';
comment on column stage.amocrm_statuses_lead_contact.lead_id is 'The lead';
comment on column stage.amocrm_statuses_lead_contact.contact_id is 'As in mart.amocrm_lead_contact';
comment on column stage.amocrm_statuses_lead_contact.is_main is 'As there';
create unlogged table stage.amocrm_statuses_unread (
    run_id bigint not null,
    read_no integer not null,
    lead_id bigint,
    from_at timestamptz,
    to_at timestamptz,
    types text,
    lead_ids bigint[],
    event_ids text[],
    problem text,
    is_all boolean not null
);
comment on table stage.amocrm_statuses_unread is 'Leads, and windows with events, that do not read, or do so again';
comment on column stage.amocrm_statuses_unread.run_id is 'ops.run';
comment on column stage.amocrm_statuses_unread.read_no is 'Which request of the run told so';
comment on column stage.amocrm_statuses_unread.lead_id is 'The lead; null: of events';
comment on column stage.amocrm_statuses_unread.from_at is 'Of events: where to look for them';
comment on column stage.amocrm_statuses_unread.to_at is 'And up to where';
comment on column stage.amocrm_statuses_unread.types is 'And of which types they are, with commas between';
comment on column stage.amocrm_statuses_unread.lead_ids is 'And of which leads; none: of whichever';
comment on column stage.amocrm_statuses_unread.event_ids is 'And which they are';
comment on column stage.amocrm_statuses_unread.problem is 'What is wrong; null: nothing any more';
comment on column stage.amocrm_statuses_unread.is_all is 'Those are all of the window, which was asked for again; else some more';
create unlogged table stage.amocrm_statuses_gone (
    run_id bigint not null,
    read_no integer not null,
    lead_id bigint not null,
    deleted_at timestamptz,
    reason text not null
);
comment on table stage.amocrm_statuses_gone is 'Leads that the bin shows, or that a full reading has missed';
comment on column stage.amocrm_statuses_gone.run_id is 'ops.run';
comment on column stage.amocrm_statuses_gone.read_no is 'Which request of the run brought it';
comment on column stage.amocrm_statuses_gone.lead_id is 'The lead';
comment on column stage.amocrm_statuses_gone.deleted_at is 'Its last change, as the bin tells';
comment on column stage.amocrm_statuses_gone.reason is 'bin, missing';
create unlogged table stage.amocrm_statuses_event (
    run_id bigint not null,
    event_id text collate "C" not null,
    lead_id bigint not null,
    type text not null,
    created_by bigint,
    occurred_at timestamptz not null,
    from_pipeline_id bigint,
    from_status_id bigint,
    to_pipeline_id bigint,
    to_status_id bigint,
    sale_before numeric(18, 2),
    sale_after numeric(18, 2)
);
comment on table stage.amocrm_statuses_event is 'Events as read; windows overlap, so that one may be here twice';
comment on column stage.amocrm_statuses_event.run_id is 'ops.run';
comment on column stage.amocrm_statuses_event.event_id is 'As in mart.amocrm_lead_event';
comment on column stage.amocrm_statuses_event.lead_id is 'As there';
comment on column stage.amocrm_statuses_event.type is 'As there';
comment on column stage.amocrm_statuses_event.created_by is 'As there';
comment on column stage.amocrm_statuses_event.occurred_at is 'As there';
comment on column stage.amocrm_statuses_event.from_pipeline_id is 'As there';
comment on column stage.amocrm_statuses_event.from_status_id is 'As there';
comment on column stage.amocrm_statuses_event.to_pipeline_id is 'As there';
comment on column stage.amocrm_statuses_event.to_status_id is 'As there';
comment on column stage.amocrm_statuses_event.sale_before is 'As there';
comment on column stage.amocrm_statuses_event.sale_after is 'As there';
create unlogged table stage.amocrm_statuses_contact (
    run_id bigint not null,
    read_no integer not null,
    row_no bigint generated always as identity,
    contact_id bigint not null,
    name text,
    phones text[] not null,
    emails text[] not null,
    responsible_user_id bigint,
    created_at timestamptz,
    updated_at timestamptz not null,
    fingerprint text not null,
    keys jsonb not null
);
comment on table stage.amocrm_statuses_contact is 'Contacts as read; of one read twice the last reading stays';
comment on column stage.amocrm_statuses_contact.run_id is 'ops.run';
comment on column stage.amocrm_statuses_contact.read_no is 'Which request of the run brought it';
comment on column stage.amocrm_statuses_contact.row_no is 'By which matching knows it';
comment on column stage.amocrm_statuses_contact.contact_id is 'As in mart.amocrm_contact';
comment on column stage.amocrm_statuses_contact.name is 'As there';
comment on column stage.amocrm_statuses_contact.phones is 'As there';
comment on column stage.amocrm_statuses_contact.emails is 'As there';
comment on column stage.amocrm_statuses_contact.responsible_user_id is 'As there';
comment on column stage.amocrm_statuses_contact.created_at is 'As there';
comment on column stage.amocrm_statuses_contact.updated_at is 'As there';
comment on column stage.amocrm_statuses_contact.fingerprint is 'As there';
comment on column stage.amocrm_statuses_contact.keys is 'Normalised: [["phone", "7921…", "as written"], …]';
create unlogged table stage.amocrm_statuses_affected (
    run_id bigint not null,
    lead_id bigint not null,
    is_kept boolean not null default true,
    was_deleted boolean not null default false,
    primary key (run_id, lead_id)
);
comment on table stage.amocrm_statuses_affected is 'Leads that are built anew: a full build has all of them';
comment on column stage.amocrm_statuses_affected.run_id is 'ops.run';
comment on column stage.amocrm_statuses_affected.lead_id is 'The lead';
comment on column stage.amocrm_statuses_affected.is_kept is 'It is live and passes the filter';
comment on column stage.amocrm_statuses_affected.was_deleted is 'It was deleted before this run';
create unlogged table stage.amocrm_statuses_turn (
    run_id bigint not null,
    lead_id bigint not null,
    event_id text collate "C" not null,
    place integer not null
);
comment on table stage.amocrm_statuses_turn is 'Order of changes of status, of leads that had several in one second';
comment on column stage.amocrm_statuses_turn.run_id is 'ops.run';
comment on column stage.amocrm_statuses_turn.lead_id is 'The lead';
comment on column stage.amocrm_statuses_turn.event_id is 'The event';
comment on column stage.amocrm_statuses_turn.place is 'Its place among all of the lead, from 1';
create unlogged table stage.amocrm_statuses_point (
    run_id bigint not null,
    lead_id bigint not null,
    seq integer not null,
    occurred_at timestamptz not null,
    pipeline_id bigint not null,
    status_id bigint not null,
    source text not null,
    event_id text collate "C"
);
comment on table stage.amocrm_statuses_point is 'Transitions of the leads that are built';
comment on column stage.amocrm_statuses_point.run_id is 'ops.run';
comment on column stage.amocrm_statuses_point.lead_id is 'As in mart.amocrm_lead_transition';
comment on column stage.amocrm_statuses_point.seq is 'As there';
comment on column stage.amocrm_statuses_point.occurred_at is 'As there';
comment on column stage.amocrm_statuses_point.pipeline_id is 'As there';
comment on column stage.amocrm_statuses_point.status_id is 'As there';
comment on column stage.amocrm_statuses_point.source is 'As there';
comment on column stage.amocrm_statuses_point.event_id is 'As there';
create unlogged table stage.amocrm_statuses_interval (
    run_id bigint not null,
    lead_id bigint not null,
    seq integer not null,
    funnel_id text not null,
    container_id text not null,
    position integer not null,
    marker text,
    entered_at timestamptz not null,
    left_at timestamptz,
    source text not null
);
comment on table stage.amocrm_statuses_interval is 'Stays of the leads that are built';
comment on column stage.amocrm_statuses_interval.run_id is 'ops.run';
comment on column stage.amocrm_statuses_interval.lead_id is 'As in mart.amocrm_lead_container_interval';
comment on column stage.amocrm_statuses_interval.seq is 'As there';
comment on column stage.amocrm_statuses_interval.funnel_id is 'As there';
comment on column stage.amocrm_statuses_interval.container_id is 'As there';
comment on column stage.amocrm_statuses_interval.position is 'As in mart.amocrm_container';
comment on column stage.amocrm_statuses_interval.marker is 'As in mart.amocrm_container';
comment on column stage.amocrm_statuses_interval.entered_at is 'As there';
comment on column stage.amocrm_statuses_interval.left_at is 'As there';
comment on column stage.amocrm_statuses_interval.source is 'As there';
create unlogged table stage.amocrm_statuses_state (
    run_id bigint not null,
    lead_id bigint not null,
    funnel_id text not null,
    container_id text not null,
    position integer not null,
    marker text,
    since timestamptz not null,
    is_outside boolean not null,
    is_won boolean not null,
    implied_below integer not null,
    price numeric(18, 2),
    sales_volume numeric(18, 2) not null,
    success_amount numeric(18, 2) not null,
    returned_amount numeric(18, 2) not null,
    success_at timestamptz,
    success_at_source text,
    refused_at timestamptz,
    refused_from text,
    loss_reason_id bigint,
    history_complete boolean not null,
    created_at timestamptz not null,
    created_day date not null,
    responsible_user_id bigint,
    main_contact_id bigint
);
comment on table stage.amocrm_statuses_state is 'How the leads that are built stand';
comment on column stage.amocrm_statuses_state.run_id is 'ops.run';
comment on column stage.amocrm_statuses_state.lead_id is 'As in mart.amocrm_lead_funnel_state';
comment on column stage.amocrm_statuses_state.funnel_id is 'As there';
comment on column stage.amocrm_statuses_state.container_id is 'As there';
comment on column stage.amocrm_statuses_state.position is 'As there';
comment on column stage.amocrm_statuses_state.marker is 'As there';
comment on column stage.amocrm_statuses_state.since is 'As there';
comment on column stage.amocrm_statuses_state.is_outside is 'As there';
comment on column stage.amocrm_statuses_state.is_won is 'It ever stood in success';
comment on column stage.amocrm_statuses_state.implied_below is
'Containers without a marker below this position count as passed; 0: none but those visited';
comment on column stage.amocrm_statuses_state.price is 'As there';
comment on column stage.amocrm_statuses_state.sales_volume is 'As there';
comment on column stage.amocrm_statuses_state.success_amount is 'As there';
comment on column stage.amocrm_statuses_state.returned_amount is 'As there';
comment on column stage.amocrm_statuses_state.success_at is 'As there';
comment on column stage.amocrm_statuses_state.success_at_source is 'As there';
comment on column stage.amocrm_statuses_state.refused_at is 'As there';
comment on column stage.amocrm_statuses_state.refused_from is 'As there';
comment on column stage.amocrm_statuses_state.loss_reason_id is 'As there';
comment on column stage.amocrm_statuses_state.history_complete is 'As there';
comment on column stage.amocrm_statuses_state.created_at is 'As there';
comment on column stage.amocrm_statuses_state.created_day is 'As there';
comment on column stage.amocrm_statuses_state.responsible_user_id is 'As there';
comment on column stage.amocrm_statuses_state.main_contact_id is 'As there';
create unlogged table stage.amocrm_statuses_pass (
    run_id bigint not null,
    lead_id bigint not null,
    funnel_id text not null,
    container_id text not null,
    position integer not null,
    kind text not null,
    passed_at timestamptz not null,
    last_entered_at timestamptz,
    entries integer not null,
    closed_seconds bigint not null,
    open_since timestamptz
);
comment on table stage.amocrm_statuses_pass is 'Containers that the leads that are built have passed';
comment on column stage.amocrm_statuses_pass.run_id is 'ops.run';
comment on column stage.amocrm_statuses_pass.lead_id is 'As in mart.amocrm_lead_container_pass';
comment on column stage.amocrm_statuses_pass.funnel_id is 'As there';
comment on column stage.amocrm_statuses_pass.container_id is 'As there';
comment on column stage.amocrm_statuses_pass.position is 'As there';
comment on column stage.amocrm_statuses_pass.kind is 'As there';
comment on column stage.amocrm_statuses_pass.passed_at is 'As there';
comment on column stage.amocrm_statuses_pass.last_entered_at is 'As there';
comment on column stage.amocrm_statuses_pass.entries is 'As there';
comment on column stage.amocrm_statuses_pass.closed_seconds is 'As there';
comment on column stage.amocrm_statuses_pass.open_since is 'As there';
create unlogged table stage.amocrm_statuses_utm (
    run_id bigint not null,
    lead_id bigint not null,
    name text not null,
    value text not null,
    provenance text not null
);
comment on table stage.amocrm_statuses_utm is 'Where the leads that are built came from: a row a value';
comment on column stage.amocrm_statuses_utm.run_id is 'ops.run';
comment on column stage.amocrm_statuses_utm.lead_id is 'The lead';
comment on column stage.amocrm_statuses_utm.name is 'Column of mart.amocrm_lead_utm';
comment on column stage.amocrm_statuses_utm.value is 'Its value';
comment on column stage.amocrm_statuses_utm.provenance is 'system, slot';
create unlogged table stage.amocrm_statuses_calculated (
    run_id bigint not null,
    lead_id bigint not null,
    calc_id text not null,
    value numeric,
    problem text,
    several boolean not null default false
);
comment on table stage.amocrm_statuses_calculated is 'Calculated fields of the leads that are built';
comment on column stage.amocrm_statuses_calculated.run_id is 'ops.run';
comment on column stage.amocrm_statuses_calculated.lead_id is 'The lead';
comment on column stage.amocrm_statuses_calculated.calc_id is 'As in mart.amocrm_lead_calculated_value';
comment on column stage.amocrm_statuses_calculated.value is 'As there';
comment on column stage.amocrm_statuses_calculated.problem is 'As there';
comment on column stage.amocrm_statuses_calculated.several is 'An input had several values: the first was taken';
create unlogged table stage.amocrm_statuses_difference (
    run_id bigint not null,
    lead_id bigint not null,
    kind text not null
);
comment on table stage.amocrm_statuses_difference is 'Leads of which a mart held something else than what was built, and which mart';
comment on column stage.amocrm_statuses_difference.run_id is 'ops.run';
comment on column stage.amocrm_statuses_difference.lead_id is 'The lead';
comment on column stage.amocrm_statuses_difference.kind is 'pass, utm, calculated';
create unlogged table stage.amocrm_statuses_decision (
    run_id bigint not null,
    lead_id bigint not null,
    outcome text not null,
    codes text[] not null,
    details jsonb not null,
    primary key (run_id, lead_id)
);
comment on table stage.amocrm_statuses_decision is
'What became of each lead that the run read or built, told by comparing before and after';
comment on column stage.amocrm_statuses_decision.run_id is 'ops.run';
comment on column stage.amocrm_statuses_decision.lead_id is 'The lead';
comment on column stage.amocrm_statuses_decision.outcome is 'As in ops.run_log';
comment on column stage.amocrm_statuses_decision.codes is 'All codes that apply';
comment on column stage.amocrm_statuses_decision.details is 'Containers, sums and states before and after';

create view mart.v_amocrm_lead_now as
select
    lead.account,
    lead.lead_id,
    lead.name,
    lead.price,
    lead.created_at,
    lead.updated_at,
    lead.is_deleted,
    coalesce(split_part(path.status, ':', 1)::bigint, lead.pipeline_id) as pipeline_id,
    coalesce(split_part(path.status, ':', 2)::bigint, lead.status_id) as status_id
from mart.amocrm_lead as lead
left join mart.amocrm_lead_path as path on lead.account = path.account and lead.lead_id = path.lead_id;
comment on view mart.v_amocrm_lead_now is
'Where each lead stands now: what the lead says, unless its newest event is younger; of one that no mart holds, what was read last';
comment on column mart.v_amocrm_lead_now.account is 'The connection to the account';
comment on column mart.v_amocrm_lead_now.lead_id is 'Lead';
comment on column mart.v_amocrm_lead_now.name is 'Name';
comment on column mart.v_amocrm_lead_now.price is '«Бюджет»';
comment on column mart.v_amocrm_lead_now.created_at is 'Created';
comment on column mart.v_amocrm_lead_now.updated_at is 'Last change';
comment on column mart.v_amocrm_lead_now.is_deleted is 'In the bin, or gone';
comment on column mart.v_amocrm_lead_now.pipeline_id is 'Pipeline';
comment on column mart.v_amocrm_lead_now.status_id is 'Status of that pipeline';

create view mart.v_amocrm_lead_mart as
select
    state.account,
    state.lead_id,
    state.funnel_id,
    funnel.title as funnel_title,
    lead.name,
    state.created_at,
    state.created_day,
    state.responsible_user_id,
    coalesce(manager.name, state.responsible_user_id::text) as manager_name,
    state.container_id,
    container.title as container_title,
    state.position,
    state.marker,
    state.since,
    lead.pipeline_id,
    coalesce(pipeline.name, lead.pipeline_id::text) as pipeline_name,
    lead.status_id,
    coalesce(status.name, lead.status_id::text) as status_name,
    state.is_outside,
    state.is_paused,
    state.price,
    state.sales_volume,
    state.success_amount,
    state.returned_amount,
    state.success_at,
    state.refused_at,
    utm.utm_source,
    utm.utm_medium,
    utm.utm_campaign,
    utm.utm_content,
    utm.utm_term,
    utm.metrika_cid,
    utm.google_cid,
    reason.name as loss_reason_name,
    account.currency,
    contact.client_id,
    state.history_complete,
    'https://' || account.host || '/leads/detail/' || state.lead_id as link
from mart.amocrm_lead_funnel_state as state
inner join mart.v_amocrm_lead_now as lead on state.account = lead.account and state.lead_id = lead.lead_id
inner join mart.amocrm_account as account on state.account = account.account
inner join mart.amocrm_funnel as funnel on state.account = funnel.account and state.funnel_id = funnel.funnel_id
inner join mart.amocrm_container as container
    on state.account = container.account and state.funnel_id = container.funnel_id and state.container_id = container.container_id
left join mart.amocrm_pipeline as pipeline on lead.account = pipeline.account and lead.pipeline_id = pipeline.pipeline_id
left join mart.amocrm_status as status
    on lead.account = status.account and lead.pipeline_id = status.pipeline_id and lead.status_id = status.status_id
left join mart.amocrm_user as manager on state.account = manager.account and state.responsible_user_id = manager.user_id
left join mart.amocrm_lead_utm as utm on state.account = utm.account and state.lead_id = utm.lead_id
left join mart.amocrm_loss_reason as reason on state.account = reason.account and state.loss_reason_id = reason.loss_reason_id
left join mart.client_link as contact on state.account = contact.system and state.main_contact_id::text = contact.external_id;
comment on view mart.v_amocrm_lead_mart is 'One row a lead and funnel, with names as they are now';
comment on column mart.v_amocrm_lead_mart.account is 'The connection to the account';
comment on column mart.v_amocrm_lead_mart.lead_id is 'Lead';
comment on column mart.v_amocrm_lead_mart.funnel_id is 'Funnel';
comment on column mart.v_amocrm_lead_mart.funnel_title is 'Its title';
comment on column mart.v_amocrm_lead_mart.name is 'Lead''s name';
comment on column mart.v_amocrm_lead_mart.created_at is 'Created';
comment on column mart.v_amocrm_lead_mart.created_day is 'Day of that in the zone of the settings';
comment on column mart.v_amocrm_lead_mart.responsible_user_id is 'Manager';
comment on column mart.v_amocrm_lead_mart.manager_name is 'Manager''s name; the number if it is not known';
comment on column mart.v_amocrm_lead_mart.container_id is 'Container of its last mapped status';
comment on column mart.v_amocrm_lead_mart.container_title is 'Its title';
comment on column mart.v_amocrm_lead_mart.position is 'Its position';
comment on column mart.v_amocrm_lead_mart.marker is 'Its marker';
comment on column mart.v_amocrm_lead_mart.since is 'Since when';
comment on column mart.v_amocrm_lead_mart.pipeline_id is 'Pipeline it stands in now, in amoCRM';
comment on column mart.v_amocrm_lead_mart.pipeline_name is 'Its name; the number if it is not known';
comment on column mart.v_amocrm_lead_mart.status_id is 'Status it has now, of that pipeline';
comment on column mart.v_amocrm_lead_mart.status_name is 'Its name; the number if it is not known';
comment on column mart.v_amocrm_lead_mart.is_outside is 'Its status now is not mapped in this funnel';
comment on column mart.v_amocrm_lead_mart.is_paused is 'It stands in pause';
comment on column mart.v_amocrm_lead_mart.price is '«Сумма сделки» that counts';
comment on column mart.v_amocrm_lead_mart.sales_volume is '«Объем продаж», as of now: it falls when a lead is reopened';
comment on column mart.v_amocrm_lead_mart.success_amount is
'Gross: price of a lead that ever stood in success; less returned it is not sales_volume';
comment on column mart.v_amocrm_lead_mart.returned_amount is 'Returned';
comment on column mart.v_amocrm_lead_mart.success_at is 'Beginning of its last stay in success';
comment on column mart.v_amocrm_lead_mart.refused_at is 'The same of refusal';
comment on column mart.v_amocrm_lead_mart.utm_source is 'utm_source';
comment on column mart.v_amocrm_lead_mart.utm_medium is 'utm_medium';
comment on column mart.v_amocrm_lead_mart.utm_campaign is 'utm_campaign';
comment on column mart.v_amocrm_lead_mart.utm_content is 'utm_content';
comment on column mart.v_amocrm_lead_mart.utm_term is 'utm_term';
comment on column mart.v_amocrm_lead_mart.metrika_cid is 'Yandex.Metrica client id';
comment on column mart.v_amocrm_lead_mart.google_cid is 'Google client id';
comment on column mart.v_amocrm_lead_mart.loss_reason_name is 'Reason, only while it stands in refusal';
comment on column mart.v_amocrm_lead_mart.currency is 'Currency of the account';
comment on column mart.v_amocrm_lead_mart.client_id is 'Client of the main contact: mart.client';
comment on column mart.v_amocrm_lead_mart.history_complete is 'False: its beginning may be missing';
comment on column mart.v_amocrm_lead_mart.link is 'The lead in amoCRM';

create view mart.v_amocrm_lead_transition as
select
    point.account,
    point.lead_id,
    point.seq,
    point.occurred_at,
    point.pipeline_id,
    pipeline.name as pipeline_name,
    point.status_id,
    status.name as status_name,
    mapped.funnel_id,
    mapped.container_id,
    point.source,
    point.event_id
from mart.amocrm_lead_transition as point
left join mart.amocrm_container_status as mapped
    on point.account = mapped.account and point.pipeline_id = mapped.pipeline_id and point.status_id = mapped.status_id
left join mart.amocrm_pipeline as pipeline on point.account = pipeline.account and point.pipeline_id = pipeline.pipeline_id
left join mart.amocrm_status as status
    on point.account = status.account and point.pipeline_id = status.pipeline_id and point.status_id = status.status_id;
comment on view mart.v_amocrm_lead_transition is
'Every status a lead is known to have had, and the container it is in by the mapping of now';
comment on column mart.v_amocrm_lead_transition.account is 'The connection to the account';
comment on column mart.v_amocrm_lead_transition.lead_id is 'Lead';
comment on column mart.v_amocrm_lead_transition.seq is 'From 0';
comment on column mart.v_amocrm_lead_transition.occurred_at is 'Since when';
comment on column mart.v_amocrm_lead_transition.pipeline_id is 'Pipeline';
comment on column mart.v_amocrm_lead_transition.pipeline_name is 'Its name';
comment on column mart.v_amocrm_lead_transition.status_id is 'Status of that pipeline';
comment on column mart.v_amocrm_lead_transition.status_name is 'Its name there';
comment on column mart.v_amocrm_lead_transition.funnel_id is 'Funnel of its container';
comment on column mart.v_amocrm_lead_transition.container_id is 'Container; null: the status is in none';
comment on column mart.v_amocrm_lead_transition.source is 'event, first_event, snapshot';
comment on column mart.v_amocrm_lead_transition.event_id is 'The event; null: of none';

create view mart.v_amocrm_lead_container_visit as
select
    account,
    lead_id,
    funnel_id,
    container_id,
    position,
    passed_at as first_entered_at,
    last_entered_at,
    entries,
    closed_seconds + coalesce(extract(epoch from now() - open_since), 0)::bigint as seconds_inside
from mart.amocrm_lead_container_pass
where kind = 'visited';
comment on view mart.v_amocrm_lead_container_visit is 'Containers leads have stood in, and how long by now';
comment on column mart.v_amocrm_lead_container_visit.account is 'The connection to the account';
comment on column mart.v_amocrm_lead_container_visit.lead_id is 'Lead';
comment on column mart.v_amocrm_lead_container_visit.funnel_id is 'Funnel';
comment on column mart.v_amocrm_lead_container_visit.container_id is 'Container';
comment on column mart.v_amocrm_lead_container_visit.position is 'Its position';
comment on column mart.v_amocrm_lead_container_visit.first_entered_at is 'First entered';
comment on column mart.v_amocrm_lead_container_visit.last_entered_at is 'Last entered';
comment on column mart.v_amocrm_lead_container_visit.entries is 'Stays';
comment on column mart.v_amocrm_lead_container_visit.seconds_inside is 'All stays together, the one going on until this moment';

create view mart.v_amocrm_lead_field as
select
    held.account,
    held.lead_id,
    held.field_id,
    field.name as field_name,
    field.code as field_code,
    field.type as field_type,
    held.value_index,
    coalesce(
        held.value_text, held.value_num::text, held.value_bool::text, held.value_ts::text, held.value_json::text
    ) as value,
    held.value_num,
    held.value_ts,
    held.value_bool,
    held.enum_id,
    held.value_json
from mart.amocrm_lead_custom_field_value as held
inner join mart.amocrm_lead_path as kept on held.account = kept.account and held.lead_id = kept.lead_id
left join mart.amocrm_custom_field as field
    on held.account = field.account and field.entity_type = 'leads' and held.field_id = field.field_id
where
    exists (
        select from mart.amocrm_field_selection as chosen
        where chosen.account = held.account and chosen.field_id = held.field_id
    )
    or not exists (
        select from mart.amocrm_field_selection as any_chosen
        where any_chosen.account = held.account
    );
comment on view mart.v_amocrm_lead_field is
'«Остальные поля» of live leads that pass the filter: those chosen in the settings, all if none is';
comment on column mart.v_amocrm_lead_field.account is 'The connection to the account';
comment on column mart.v_amocrm_lead_field.lead_id is 'Lead';
comment on column mart.v_amocrm_lead_field.field_id is 'Field';
comment on column mart.v_amocrm_lead_field.field_name is 'Its name now';
comment on column mart.v_amocrm_lead_field.field_code is 'Its code';
comment on column mart.v_amocrm_lead_field.field_type is 'Its type';
comment on column mart.v_amocrm_lead_field.value_index is 'From 0';
comment on column mart.v_amocrm_lead_field.value is 'As text, whatever its type';
comment on column mart.v_amocrm_lead_field.value_num is 'Of numeric fields';
comment on column mart.v_amocrm_lead_field.value_ts is 'Of dates';
comment on column mart.v_amocrm_lead_field.value_bool is 'Of a tick';
comment on column mart.v_amocrm_lead_field.enum_id is 'Of a choice';
comment on column mart.v_amocrm_lead_field.value_json is 'Of types that are not plain';

create view mart.v_amocrm_funnel_conversion as
with day as (
    select
        account,
        funnel_id,
        created_day,
        count(*) as leads
    from mart.amocrm_lead_funnel_state
    group by account, funnel_id, created_day
),

passed as (
    select
        state.account,
        state.funnel_id,
        state.created_day,
        pass.container_id,
        count(*) as passed,
        count(*) filter (where pass.kind = 'visited') as visited
    from mart.amocrm_lead_funnel_state as state
    inner join mart.amocrm_lead_container_pass as pass
        on state.account = pass.account and state.lead_id = pass.lead_id and state.funnel_id = pass.funnel_id
    group by state.account, state.funnel_id, state.created_day, pass.container_id
),

grid as (
    select
        day.account,
        day.funnel_id,
        day.created_day,
        day.leads,
        container.container_id,
        container.title,
        container.position,
        container.marker,
        coalesce(passed.passed, 0) as passed,
        coalesce(passed.visited, 0) as visited
    from day
    inner join mart.amocrm_container as container on day.account = container.account and day.funnel_id = container.funnel_id
    left join passed
        on
            day.account = passed.account and day.funnel_id = passed.funnel_id and day.created_day = passed.created_day
            and container.container_id = passed.container_id
)

select
    account,
    funnel_id,
    created_day,
    date_trunc('week', created_day)::date as created_week,
    leads,
    container_id,
    title as container_title,
    position,
    marker,
    passed,
    visited,
    passed - visited as implied,
    round(100.0 * passed / nullif(first_value(passed) over funnel, 0), 2) as percent_of_first,
    round(100.0 * passed / nullif(lag(passed) over funnel, 0), 2) as percent_of_previous,
    round(
        100.0 * passed
        / nullif((array_agg(passed) filter (where marker is null) over earlier)[count(*) filter (where marker is null) over earlier], 0), 2
    ) as percent_of_previous_open
from grid
window
    funnel as (partition by account, funnel_id, created_day order by position),
    earlier as (funnel rows between unbounded preceding and 1 preceding);
comment on view mart.v_amocrm_funnel_conversion is
'Per day of creation and container: leads that passed it. Refused leads are not filled up: a later container may have more passes';
comment on column mart.v_amocrm_funnel_conversion.account is 'The connection to the account';
comment on column mart.v_amocrm_funnel_conversion.funnel_id is 'Funnel';
comment on column mart.v_amocrm_funnel_conversion.created_day is 'Day the leads were created, in the zone of the settings';
comment on column mart.v_amocrm_funnel_conversion.created_week is 'Monday of its week';
comment on column mart.v_amocrm_funnel_conversion.leads is 'Leads of that day in the funnel';
comment on column mart.v_amocrm_funnel_conversion.container_id is 'Container';
comment on column mart.v_amocrm_funnel_conversion.container_title is 'Its title';
comment on column mart.v_amocrm_funnel_conversion.position is 'Its position';
comment on column mart.v_amocrm_funnel_conversion.marker is 'Its marker';
comment on column mart.v_amocrm_funnel_conversion.passed is 'Leads that count as having passed it';
comment on column mart.v_amocrm_funnel_conversion.visited is 'Of them, those that stood there';
comment on column mart.v_amocrm_funnel_conversion.implied is 'And those that did not';
comment on column mart.v_amocrm_funnel_conversion.percent_of_first is
'Of the first container''s passes; over 100 when leads did not begin in it';
comment on column mart.v_amocrm_funnel_conversion.percent_of_previous is
'Of the passes of the container before; a marked one, which is never implied, may have few';
comment on column mart.v_amocrm_funnel_conversion.percent_of_previous_open is
'Of the passes of the last container before it without a marker';

create view mart.v_amocrm_sales_by_utm as
select
    state.account,
    state.funnel_id,
    state.created_day,
    coalesce(utm.utm_source, '(не указано)') as utm_source,
    coalesce(utm.utm_medium, '(не указано)') as utm_medium,
    coalesce(utm.utm_campaign, '(не указано)') as utm_campaign,
    coalesce(utm.utm_content, '(не указано)') as utm_content,
    coalesce(utm.utm_term, '(не указано)') as utm_term,
    count(*) as leads,
    count(*) filter (where state.marker = 'success' and not state.is_outside) as successes,
    sum(state.sales_volume) as sales_volume,
    sum(state.success_amount) as success_amount,
    sum(state.returned_amount) as returned_amount,
    sum(state.success_amount) - sum(state.returned_amount) as net_amount,
    round(avg(state.sales_volume) filter (where state.marker = 'success' and not state.is_outside), 2) as average_sale,
    round(100.0 * count(*) filter (where state.marker = 'success' and not state.is_outside) / count(*), 2) as conversion_percent
from mart.amocrm_lead_funnel_state as state
left join mart.amocrm_lead_utm as utm on state.account = utm.account and state.lead_id = utm.lead_id
group by
    state.account, state.funnel_id, state.created_day,
    utm.utm_source, utm.utm_medium, utm.utm_campaign, utm.utm_content, utm.utm_term;
comment on view mart.v_amocrm_sales_by_utm is 'Leads and sales by where the leads came from and the day they were created';
comment on column mart.v_amocrm_sales_by_utm.account is 'The connection to the account';
comment on column mart.v_amocrm_sales_by_utm.funnel_id is 'Funnel';
comment on column mart.v_amocrm_sales_by_utm.created_day is 'Day the leads were created';
comment on column mart.v_amocrm_sales_by_utm.utm_source is 'utm_source';
comment on column mart.v_amocrm_sales_by_utm.utm_medium is 'utm_medium';
comment on column mart.v_amocrm_sales_by_utm.utm_campaign is 'utm_campaign';
comment on column mart.v_amocrm_sales_by_utm.utm_content is 'utm_content';
comment on column mart.v_amocrm_sales_by_utm.utm_term is 'utm_term';
comment on column mart.v_amocrm_sales_by_utm.leads is 'Leads';
comment on column mart.v_amocrm_sales_by_utm.successes is 'Of them, those that stand in success now';
comment on column mart.v_amocrm_sales_by_utm.sales_volume is '«Объем продаж»: of those';
comment on column mart.v_amocrm_sales_by_utm.success_amount is 'Gross: of all that ever stood in success';
comment on column mart.v_amocrm_sales_by_utm.returned_amount is 'Returned';
comment on column mart.v_amocrm_sales_by_utm.net_amount is 'Gross less returned: it is not sales_volume';
comment on column mart.v_amocrm_sales_by_utm.average_sale is 'sales_volume of one success';
comment on column mart.v_amocrm_sales_by_utm.conversion_percent is 'Successes of leads';

create view mart.v_amocrm_refusal_reasons as
select
    state.account,
    state.funnel_id,
    state.refused_at,
    coalesce(reason.name, '(не указано)') as reason,
    state.refused_from as container_id,
    coalesce(container.title, '(нет)') as refused_from,
    coalesce(manager.name, state.responsible_user_id::text, '(не указано)') as manager,
    coalesce(utm.utm_source, '(не указано)') as utm_source,
    coalesce(utm.utm_campaign, '(не указано)') as utm_campaign,
    state.lead_id,
    coalesce(state.price, 0) as lost_amount
from mart.amocrm_lead_funnel_state as state
left join mart.amocrm_loss_reason as reason on state.account = reason.account and state.loss_reason_id = reason.loss_reason_id
left join mart.amocrm_container as container
    on state.account = container.account and state.funnel_id = container.funnel_id and state.refused_from = container.container_id
left join mart.amocrm_user as manager on state.account = manager.account and state.responsible_user_id = manager.user_id
left join mart.amocrm_lead_utm as utm on state.account = utm.account and state.lead_id = utm.lead_id
where state.marker = 'refusal';
comment on view mart.v_amocrm_refusal_reasons is
'Leads that stand in refusal: why, after what, whose, from where; a row a lead, to be grouped';
comment on column mart.v_amocrm_refusal_reasons.account is 'The connection to the account';
comment on column mart.v_amocrm_refusal_reasons.funnel_id is 'Funnel';
comment on column mart.v_amocrm_refusal_reasons.refused_at is 'When';
comment on column mart.v_amocrm_refusal_reasons.reason is 'Reason';
comment on column mart.v_amocrm_refusal_reasons.container_id is 'Container without a marker it was in last before';
comment on column mart.v_amocrm_refusal_reasons.refused_from is 'Its title';
comment on column mart.v_amocrm_refusal_reasons.manager is 'Manager';
comment on column mart.v_amocrm_refusal_reasons.utm_source is 'utm_source';
comment on column mart.v_amocrm_refusal_reasons.utm_campaign is 'utm_campaign';
comment on column mart.v_amocrm_refusal_reasons.lead_id is 'Lead';
comment on column mart.v_amocrm_refusal_reasons.lost_amount is 'Its price';

create view mart.v_amocrm_stage_duration as
with stay as (
    select
        account,
        funnel_id,
        container_id,
        left_at is null as is_open,
        extract(epoch from coalesce(left_at, now()) - entered_at) as seconds
    from mart.amocrm_lead_container_interval
)

select
    stay.account,
    stay.funnel_id,
    stay.container_id,
    container.title as container_title,
    container.position,
    stay.is_open,
    count(*) as stays,
    round((percentile_cont(0.5) within group (order by stay.seconds) / 3600)::numeric, 2) as median_hours,
    round((percentile_cont(0.9) within group (order by stay.seconds) / 3600)::numeric, 2) as p90_hours,
    round((avg(stay.seconds) / 3600)::numeric, 2) as average_hours
from stay
inner join mart.amocrm_container as container
    on
        stay.account = container.account
        and stay.funnel_id = container.funnel_id
        and stay.container_id = container.container_id
        and container.marker is distinct from 'pause'
group by stay.account, stay.funnel_id, stay.container_id, container.title, container.position, stay.is_open;
comment on view mart.v_amocrm_stage_duration is 'How long leads stay in containers: ended stays and open ones apart, pause left out';
comment on column mart.v_amocrm_stage_duration.account is 'The connection to the account';
comment on column mart.v_amocrm_stage_duration.funnel_id is 'Funnel';
comment on column mart.v_amocrm_stage_duration.container_id is 'Container';
comment on column mart.v_amocrm_stage_duration.container_title is 'Its title';
comment on column mart.v_amocrm_stage_duration.position is 'Its position';
comment on column mart.v_amocrm_stage_duration.is_open is 'Stays going on, until this moment; else those that have ended';
comment on column mart.v_amocrm_stage_duration.stays is 'Stays';
comment on column mart.v_amocrm_stage_duration.median_hours is 'Median';
comment on column mart.v_amocrm_stage_duration.p90_hours is 'Nine of ten are no longer';
comment on column mart.v_amocrm_stage_duration.average_hours is 'Average';

create view mart.v_amocrm_manager_results as
select
    state.account,
    state.funnel_id,
    state.responsible_user_id,
    coalesce(max(manager.name), state.responsible_user_id::text, '(не указано)') as manager,
    count(*) as leads,
    count(*) filter (where state.marker = 'success' and not state.is_outside) as successes,
    sum(state.sales_volume) as sales_volume,
    count(*) filter (where state.marker = 'refusal') as refusals,
    round(100.0 * count(*) filter (where state.marker = 'success' and not state.is_outside) / count(*), 2) as conversion_percent
from mart.amocrm_lead_funnel_state as state
left join mart.amocrm_user as manager on state.account = manager.account and state.responsible_user_id = manager.user_id
group by state.account, state.funnel_id, state.responsible_user_id;
comment on view mart.v_amocrm_manager_results is 'Leads and sales by manager';
comment on column mart.v_amocrm_manager_results.account is 'The connection to the account';
comment on column mart.v_amocrm_manager_results.funnel_id is 'Funnel';
comment on column mart.v_amocrm_manager_results.responsible_user_id is 'Manager';
comment on column mart.v_amocrm_manager_results.manager is 'Name';
comment on column mart.v_amocrm_manager_results.leads is 'Leads';
comment on column mart.v_amocrm_manager_results.successes is 'Of them, those that stand in success';
comment on column mart.v_amocrm_manager_results.sales_volume is '«Объем продаж»';
comment on column mart.v_amocrm_manager_results.refusals is 'Those that stand in refusal';
comment on column mart.v_amocrm_manager_results.conversion_percent is 'Successes of leads';

create view mart.v_amocrm_lead_path as
select
    stay.account,
    stay.lead_id,
    stay.funnel_id,
    count(*) as stays,
    string_agg(container.title, ' → ' order by stay.seq) as path,
    min(stay.entered_at) as began_at,
    bool_or(stay.left_at is null) as is_inside
from mart.amocrm_lead_container_interval as stay
inner join mart.amocrm_container as container
    on stay.account = container.account and stay.funnel_id = container.funnel_id and stay.container_id = container.container_id
group by stay.account, stay.lead_id, stay.funnel_id;
comment on view mart.v_amocrm_lead_path is 'The way of each lead through a funnel, to be read';
comment on column mart.v_amocrm_lead_path.account is 'The connection to the account';
comment on column mart.v_amocrm_lead_path.lead_id is 'Lead';
comment on column mart.v_amocrm_lead_path.funnel_id is 'Funnel';
comment on column mart.v_amocrm_lead_path.stays is 'Stays in containers';
comment on column mart.v_amocrm_lead_path.path is 'Titles of the containers, in order';
comment on column mart.v_amocrm_lead_path.began_at is 'Beginning of the first stay';
comment on column mart.v_amocrm_lead_path.is_inside is 'It stands in the last of them now';

create view mart.v_amocrm_mapping_coverage as
select
    lead.account,
    lead.pipeline_id,
    coalesce(pipeline.name, lead.pipeline_id::text) as pipeline,
    coalesce(pipeline.is_archive, false) as is_archive,
    count(*) as leads,
    count(*) filter (where mapped.container_id is not null) as mapped,
    round(100.0 * count(*) filter (where mapped.container_id is not null) / count(*), 2) as mapped_percent,
    count(distinct lead.status_id) filter (where mapped.container_id is null) as unmapped_statuses
from mart.v_amocrm_lead_now as lead
left join mart.amocrm_pipeline as pipeline on lead.account = pipeline.account and lead.pipeline_id = pipeline.pipeline_id
left join mart.amocrm_container_status as mapped
    on lead.account = mapped.account and lead.pipeline_id = mapped.pipeline_id and lead.status_id = mapped.status_id
where not lead.is_deleted
group by lead.account, lead.pipeline_id, pipeline.name, pipeline.is_archive;
comment on view mart.v_amocrm_mapping_coverage is 'How many live leads stand in statuses that are in a container, by pipeline';
comment on column mart.v_amocrm_mapping_coverage.account is 'The connection to the account';
comment on column mart.v_amocrm_mapping_coverage.pipeline_id is 'Pipeline';
comment on column mart.v_amocrm_mapping_coverage.pipeline is 'Its name';
comment on column mart.v_amocrm_mapping_coverage.is_archive is 'In the archive';
comment on column mart.v_amocrm_mapping_coverage.leads is 'Live leads in it';
comment on column mart.v_amocrm_mapping_coverage.mapped is 'Of them, those in a mapped status';
comment on column mart.v_amocrm_mapping_coverage.mapped_percent is 'The same as a share';
comment on column mart.v_amocrm_mapping_coverage.unmapped_statuses is 'Statuses with leads that are in no container';

create view mart.v_amocrm_statuses_reconciliation as
with stood as (
    select
        lead.account,
        path.status,
        count(*) as leads,
        count(*) filter (where not lead.is_deleted) as live,
        sum(lead.price) filter (where not lead.is_deleted) as price
    from mart.amocrm_lead as lead
    left join mart.amocrm_lead_path as path on lead.account = path.account and lead.lead_id = path.lead_id
    group by lead.account, path.status
),

success as (
    select
        mapped.account,
        mapped.pipeline_id || ':' || mapped.status_id as status
    from mart.amocrm_container_status as mapped
    inner join mart.amocrm_container as container
        on
            mapped.account = container.account
            and mapped.funnel_id = container.funnel_id
            and mapped.container_id = container.container_id
    where container.marker = 'success'
),

raw as (
    select
        stood.account,
        sum(stood.live)::bigint as live,
        sum(stood.leads - stood.live)::bigint as deleted,
        coalesce(sum(stood.live) filter (where stood.status is null), 0)::bigint as filtered,
        coalesce(sum(stood.price) filter (where success.status is not null), 0) as price_in_success
    from stood
    left join success on stood.account = success.account and stood.status = success.status
    group by stood.account
),

standing as (
    select
        account,
        count(distinct lead_id) as leads
    from mart.amocrm_lead_funnel_state
    group by account
),

sold as (
    select
        account,
        sum(sales_volume) as sales_volume
    from mart.amocrm_lead_funnel_state
    where sales_volume <> 0
    group by account
),

path as (
    select
        account,
        sum(leads)::bigint as leads
    from mart.amocrm_path
    group by account
),

build as (
    select distinct on (account)
        account,
        settings #>> '{policies,price_basis}' as price_basis,
        settings #> '{filter,rules}' <> '[]'::jsonb as is_filtered
    from mart.amocrm_config_build
    order by account asc, run_id desc
)

select
    raw.account,
    raw.live,
    raw.deleted,
    raw.filtered,
    coalesce(path.leads, 0) as kept,
    coalesce(standing.leads, 0) as in_funnels,
    coalesce(path.leads, 0) - coalesce(standing.leads, 0) as never_mapped,
    coalesce(sold.sales_volume, 0) as sales_volume,
    raw.live = coalesce(path.leads, 0) + raw.filtered
    and coalesce(standing.leads, 0) <= coalesce(path.leads, 0)
    and (
        build.account is null
        or (raw.filtered = 0 or build.is_filtered is true)
        and (build.price_basis is distinct from 'current' or coalesce(sold.sales_volume, 0) = raw.price_in_success)
    ) as is_conserved
from raw
left join standing on raw.account = standing.account
left join sold on raw.account = sold.account
left join path on raw.account = path.account
left join build on raw.account = build.account;
comment on view mart.v_amocrm_statuses_reconciliation is 'Whether every lead and every sum is accounted for';
comment on column mart.v_amocrm_statuses_reconciliation.account is 'The connection to the account';
comment on column mart.v_amocrm_statuses_reconciliation.live is 'Live leads as read';
comment on column mart.v_amocrm_statuses_reconciliation.deleted is 'Deleted ones that are kept';
comment on column mart.v_amocrm_statuses_reconciliation.filtered is 'Live ones that the filter does not let through';
comment on column mart.v_amocrm_statuses_reconciliation.kept is 'Live ones that pass the filter';
comment on column mart.v_amocrm_statuses_reconciliation.in_funnels is 'Of them, those that were ever in a mapped status';
comment on column mart.v_amocrm_statuses_reconciliation.never_mapped is 'And those that never were';
comment on column mart.v_amocrm_statuses_reconciliation.sales_volume is '«Объем продаж» of all funnels';
comment on column mart.v_amocrm_statuses_reconciliation.is_conserved is
'Each live lead is kept or filtered, and sales are the prices of the leads whose last status is in success';

create view mart.v_amocrm_sdh_push as
select
    account,
    funnel_id,
    state,
    count(*) as leads,
    max(pushed_at) as last_pushed_at
from mart.amocrm_sdh_push
group by account, funnel_id, state;
comment on view mart.v_amocrm_sdh_push is 'What became of leads pushed to Smart Data Hub';
comment on column mart.v_amocrm_sdh_push.account is 'The connection to the amoCRM account';
comment on column mart.v_amocrm_sdh_push.funnel_id is 'Funnel';
comment on column mart.v_amocrm_sdh_push.state is 'new, sent, unknown, failed, skipped';
comment on column mart.v_amocrm_sdh_push.leads is 'Leads';
comment on column mart.v_amocrm_sdh_push.last_pushed_at is 'When one was taken last';

insert into ops.code (code, severity, text) values
('AMO_REAUTH_REQUIRED', 'error', 'amoCRM не принимает токены: администратор должен авторизовать интеграцию заново'),
('AMO_UNPAID', 'error', 'Аккаунт amoCRM не оплачен'),
('AMO_BLOCKED', 'error', 'amoCRM не пускает: блокировка за частые запросы, список адресов или нет прав'),
('AMO_OTHER_ACCOUNT', 'error', 'Доступ дан к другому аккаунту amoCRM: номер не совпадает, данные не смешаны'),
('AMO_DISCONNECTED', 'info', 'Подключение отключено человеком: запуск по расписанию ничего не читает'),
('AMO_CONNECTED', 'info', 'Подключено'),
('AMO_RESET', 'info', 'Настройки и витрины сброшены, прочитанное из amoCRM сохранено'),
('AMO_ACCOUNT_MOVED', 'warning', 'Аккаунт переехал на другой адрес: исправьте адрес в Connection'),
('AMO_TOKENS_RENEWED', 'info', 'Токены обновлены'),
('AMO_REFRESH_UNCERTAIN', 'warning', 'Ответ на обновление токенов был потерян: попытка повторена один раз'),
('AMO_FILTER_IGNORED', 'warning', 'Аккаунт пропустил фильтр мимо ушей: запуск прочитал списки без него'),
('AMO_ORDER_IGNORED', 'error', 'Список пришёл не по порядку: читать его по частям нельзя'),
('AMO_TOO_MANY_PAGES', 'error', 'Страниц больше, чем разрешено настройками: чтение не обрезано, а остановлено'),
('AMO_WINDOW_OUTSIDE', 'error', 'События пришли не из запрошенного промежутка'),
('AMO_READ_AGAIN', 'info', 'Во время чтения удаляли сделки: их соседи прочитаны ещё раз'),
('AMO_USERS_DENIED', 'warning', 'Список пользователей недоступен: подключал не администратор, менеджеры показаны номерами'),
('AMO_RIGHTS_LOST', 'error', 'Похоже на потерю прав того, кто подключал: часть сделок может быть не видна'),
('AMO_SHOWN_LATE', 'warning', 'Показались сделки, изменения которых раньше не были видны: их события прочитаны'),
('AMO_MANY_LEFT', 'error', 'Витрины покинуло бы намного больше сделок, чем обычно'),
('AMO_LEADS_MISSING', 'warning', 'Сделки пропали из аккаунта: удалены насовсем, объединены или закрыты правами'),
('AMO_HISTORY_FROM', 'info', 'История статусов известна с этой даты'),
('AMO_BACKFILL', 'info', 'Запуск за прошлое: перечитаны события этого промежутка'),
('AMO_MAPPING_WARNING', 'warning', 'Замечание к сопоставлению'),
('AMO_NO_FUNNELS', 'warning', 'Воронки не настроены: данные прочитаны, витрины пусты, заготовка настроек на странице «Воронка»'),
('AMO_FULL_BUILD', 'info', 'Витрины построены заново по всем сделкам'),
('AMO_COVERAGE', 'info', 'Доля сделок в сопоставленных статусах'),
('AMO_STARTER', 'info', 'Заготовка настроек'),
('AMO_NEW', 'info', 'Новая сделка в воронке'),
('AMO_MOVED', 'info', 'Сделка перешла в другой контейнер'),
('AMO_CHANGED', 'info', 'Изменились сумма или признаки сделки'),
('AMO_WON', 'info', 'Сделка завершена: сумма вошла в объём продаж'),
('AMO_REFUSED', 'info', 'Отказ'),
('AMO_RETURNED', 'info', 'Возврат'),
('AMO_REOPENED', 'info', 'Сделка возвращена в работу'),
('AMO_DELETED', 'info', 'Сделка удалена в amoCRM: из витрин ушла, прочитанное сохранено'),
('AMO_RESTORED', 'info', 'Сделка восстановлена'),
('AMO_FILTERED', 'info', 'Сделка больше не проходит фильтр'),
('AMO_UNMAPPED', 'warning', 'Статус сделки не сопоставлен ни с одним контейнером'),
('AMO_OUTSIDE_AFTER_SUCCESS', 'warning', 'После успеха сделка ушла в статус вне воронки: в объём продаж не входит'),
('AMO_RETURN_WITHOUT_SUCCESS', 'warning', 'Возврат без успешной продажи: сумма возврата не учтена'),
('AMO_ZERO_SUCCESS', 'warning', 'Завершённая сделка без суммы'),
('AMO_UNPARSABLE_NUMBER', 'warning', 'Число в поле сделки не читается'),
('AMO_SEVERAL_VALUES', 'warning', 'В числовом поле несколько значений: взято первое'),
('AMO_UNREADABLE', 'error', 'Запись из amoCRM не читается и пропущена'),
('AMO_READS_NOW', 'info', 'Записи из amoCRM, которые раньше не читались, прочитаны'),
('AMO_UNKNOWN_TYPE', 'warning', 'Поле неизвестного вида: сохранено как есть'),
('SDH_UNKNOWN', 'warning', 'Ответ Smart Data Hub потерян: повторно не отправляем, проверьте и решите сами'),
('SDH_FAILED', 'error', 'Smart Data Hub отклонил сделку'),
('SDH_NO_MARKERS', 'error', 'Не указаны слова маркеров Smart Data Hub: статусы не заводим'),
('SDH_NO_STATUS', 'warning', 'Для контейнера нет статуса Smart Data Hub: сделка не передана'),
('SDH_STATUSES', 'info', 'Статусы в Smart Data Hub'),
('SDH_NOT_SENT', 'warning', 'Не отправлено в Smart Data Hub');
