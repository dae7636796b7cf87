-- deal_import: its staging tables, its codes, its views.
create unlogged table stage.deal_import_record (
    run_id bigint not null,
    position integer not null,
    record_id text,
    conversion_id text,
    external_id text,
    actual_amount numeric(18, 2),
    potential_amount numeric(18, 2),
    currency text,
    raw_status text,
    status_key text,
    payment_date timestamptz,
    deal_date timestamptz,
    comment text,
    tsuid text,
    phones text[],
    phones_raw text[],
    emails text[],
    emails_raw text[],
    name text,
    company text,
    fields jsonb,
    faults text[],
    fault_details jsonb
);
comment on table stage.deal_import_record is 'Records of the file as read, one row each';
comment on column stage.deal_import_record.run_id is 'ops.run';
comment on column stage.deal_import_record.position is 'Place in the file, from 1';
comment on column stage.deal_import_record.record_id is 'Identifier of the record';
comment on column stage.deal_import_record.conversion_id is '«ID конверсии»';
comment on column stage.deal_import_record.external_id is '«ID сделки»';
comment on column stage.deal_import_record.actual_amount is '«Фактическая сумма»; null: not given or unreadable';
comment on column stage.deal_import_record.potential_amount is '«Потенциальная сумма»';
comment on column stage.deal_import_record.currency is 'ISO 4217: the record''s, else the file''s, else the source''s';
comment on column stage.deal_import_record.raw_status is 'Status as written';
comment on column stage.deal_import_record.status_key is 'The same, folded for comparison';
comment on column stage.deal_import_record.payment_date is 'When the payment was made';
comment on column stage.deal_import_record.deal_date is 'Date of the deal';
comment on column stage.deal_import_record.comment is 'Comment for a new deal''s note';
comment on column stage.deal_import_record.tsuid is 'Cookie, if usable';
comment on column stage.deal_import_record.phones is 'Usable phones, normalised, in file order';
comment on column stage.deal_import_record.phones_raw is 'The same as written';
comment on column stage.deal_import_record.emails is 'Usable e-mails, normalised, in file order';
comment on column stage.deal_import_record.emails_raw is 'The same as written';
comment on column stage.deal_import_record.name is 'Client''s name';
comment on column stage.deal_import_record.company is 'Client''s company';
comment on column stage.deal_import_record.fields is 'Client''s free fields';
comment on column stage.deal_import_record.faults is 'Codes of what could not be read';
comment on column stage.deal_import_record.fault_details is 'The unreadable texts by field';

create unlogged table stage.deal_import_status (
    run_id bigint not null,
    status_key text not null,
    status_id bigint not null,
    kind text not null,
    name text not null,
    primary key (run_id, status_key)
);
comment on table stage.deal_import_status is 'What a status text of this source means';
comment on column stage.deal_import_status.run_id is 'ops.run';
comment on column stage.deal_import_status.status_key is 'Status text, folded';
comment on column stage.deal_import_status.status_id is 'mart.deal_status';
comment on column stage.deal_import_status.kind is 'Kind of that status';
comment on column stage.deal_import_status.name is 'Its name';

create unlogged table stage.deal_import_row (
    run_id bigint not null,
    position integer not null,
    row_no integer,
    record_id text,
    class text not null
    check (class in ('new', 'overwritten', 'pending', 'ignored', 'duplicate', 'refused')),
    codes text[] not null,
    details jsonb not null
);
comment on table stage.deal_import_row is 'What becomes of each record that is not merely unchanged';
comment on column stage.deal_import_row.run_id is 'ops.run';
comment on column stage.deal_import_row.position is 'Place in the file';
comment on column stage.deal_import_row.row_no is 'Order of processing; only unknown records have one';
comment on column stage.deal_import_row.record_id is 'Identifier of the record';
comment on column stage.deal_import_row.class is
'new: unknown id; overwritten: known and different; pending: known, equal, its status still to be set; ignored, duplicate, refused';
comment on column stage.deal_import_row.codes is 'Codes so far';
comment on column stage.deal_import_row.details is 'ops.run_log.details so far';

create unlogged table stage.deal_import_decision (
    run_id bigint not null,
    row_no integer not null,
    position integer not null,
    record_id text not null,
    applies boolean not null,
    client_id bigint,
    client_created boolean not null,
    deal_id bigint,
    deal_created boolean not null,
    bound_by text,
    amount numeric(18, 2) not null,
    currency text not null,
    status_id bigint,
    status_pending boolean not null,
    deal_date timestamptz,
    manual_amount numeric(18, 2),
    last_deal_before timestamptz,
    last_deal_at timestamptz,
    codes text[] not null,
    details jsonb not null
);
comment on table stage.deal_import_decision is 'The plan for every unknown record';
comment on column stage.deal_import_decision.run_id is 'ops.run';
comment on column stage.deal_import_decision.row_no is 'Order of processing';
comment on column stage.deal_import_decision.position is 'Place in the file';
comment on column stage.deal_import_decision.record_id is 'Identifier of the record';
comment on column stage.deal_import_decision.applies is 'False: refused, nothing of it is applied';
comment on column stage.deal_import_decision.client_id is 'Client found or created';
comment on column stage.deal_import_decision.client_created is 'This record creates the client';
comment on column stage.deal_import_decision.deal_id is 'Deal found or opened';
comment on column stage.deal_import_decision.deal_created is 'This record opens the deal';
comment on column stage.deal_import_decision.bound_by is 'mart.payment.bound_by';
comment on column stage.deal_import_decision.amount is 'Payment sum';
comment on column stage.deal_import_decision.currency is 'Of the sum';
comment on column stage.deal_import_decision.status_id is 'First status of a deal that this record opens';
comment on column stage.deal_import_decision.status_pending is 'The status is set after all payments are bound';
comment on column stage.deal_import_decision.deal_date is 'Date of the deal it is bound to, or as given';
comment on column stage.deal_import_decision.manual_amount is 'Hand-typed amount that the sum replaces';
comment on column stage.deal_import_decision.last_deal_before is 'Client''s last deal date before this record';
comment on column stage.deal_import_decision.last_deal_at is 'The later date it moves to; null: stays';
comment on column stage.deal_import_decision.codes is 'All codes that apply';
comment on column stage.deal_import_decision.details is 'ops.run_log.details';

create unlogged table stage.deal_import_status_change (
    run_id bigint not null,
    record_id text not null,
    position integer,
    deal_id bigint not null,
    place integer not null,
    code text,
    first_of_text boolean not null,
    old_status_id bigint not null,
    new_status_id bigint
);
comment on table stage.deal_import_status_change is 'Pending statuses in the order they are set, after all payments are bound';
comment on column stage.deal_import_status_change.run_id is 'ops.run';
comment on column stage.deal_import_status_change.record_id is 'The payment whose status it is';
comment on column stage.deal_import_status_change.position is 'Its place in the file; null: not in it';
comment on column stage.deal_import_status_change.deal_id is 'The deal';
comment on column stage.deal_import_status_change.place is 'Order among all pending ones';
comment on column stage.deal_import_status_change.code is 'DEAL_STATUS_SET, STATUS_REPEAT_REFUSED or UNKNOWN_STATUS';
comment on column stage.deal_import_status_change.first_of_text is 'The first with this text: the one that is reported when it is unknown';
comment on column stage.deal_import_status_change.old_status_id is 'The deal''s status before it';
comment on column stage.deal_import_status_change.new_status_id is 'The status set';

create unlogged table stage.deal_import_deal (
    run_id bigint not null,
    deal_id bigint not null,
    created boolean not null,
    total numeric(24, 2),
    currency text,
    status_id bigint
);
comment on table stage.deal_import_deal is 'What becomes of each deal the run touches';
comment on column stage.deal_import_deal.run_id is 'ops.run';
comment on column stage.deal_import_deal.deal_id is 'mart.deal, or the number of one that is opened';
comment on column stage.deal_import_deal.created is 'The run opens it';
comment on column stage.deal_import_deal.total is 'Sum of all payments imported for it; null: unchanged';
comment on column stage.deal_import_deal.currency is 'Its currency; null: unchanged';
comment on column stage.deal_import_deal.status_id is 'Its status; null: unchanged';

insert into ops.code (code, severity, text) values
('RUN_STARTED', 'info', 'Импорт начат'),
('RUN_FINISHED', 'info', 'Импорт закончен'),
('CLIENT_FOUND', 'info', 'Клиент найден'),
('CLIENT_CREATED', 'info', 'Клиент создан'),
('DEAL_CREATED', 'info', 'Сделка создана'),
('PAYMENT_BOUND', 'info', 'Платёж привязан к сделке'),
('SKIPPED_ALREADY_IMPORTED', 'info', 'Запись уже импортирована, изменений нет'),
('RECORD_OVERWRITTEN', 'info', 'Данные импортированной записи обновлены'),
('DEAL_STATUS_SET', 'info', 'Статус сделки установлен'),
('LAST_DEAL_DATE_MOVED', 'info', 'Дата последней сделки сдвинута'),
('IGNORED_NO_ACTUAL_AMOUNT', 'info', 'Нет фактической суммы, запись пропущена'),
('SKIPPED_DUPLICATE_IN_FILE', 'info', 'Повтор той же записи в файле'),
('UNKNOWN_ELEMENT', 'info', 'Незнакомый элемент файла пропущен'),
('CLIENT_AMBIGUOUS', 'warning', 'По ключу подошло несколько клиентов, взят самый ранний'),
('CLIENT_CONFLICT', 'warning', 'Другие ключи записи указывают на другого клиента'),
('CLIENT_WITHOUT_TSUID', 'warning', 'Клиент создан без идентификатора cookie'),
('ID_CONFLICT', 'warning', 'ID конверсии и ID сделки указывают на разные сделки'),
('ID_OWNED_BY_OTHER_CLIENT', 'warning', 'Сделка с таким ID есть только у другого клиента'),
('REPEAT_DEAL_SKIPPED', 'warning', 'Сделка в статусе повторного обращения: платежи к ней не привязываются'),
('STATUS_REPEAT_REFUSED', 'warning', 'Статус повторного обращения не ставится на сделку с платежами'),
('UNKNOWN_STATUS', 'warning', 'Статус из выгрузки не сопоставлен'),
('FUTURE_DEAL_DATE', 'warning', 'Дата сделки в будущем, дата последней сделки не изменена'),
('RUN_ALREADY_ACTIVE', 'warning', 'Импорт этого источника уже идёт'),
('MISSING_ID', 'error', 'У записи нет идентификатора'),
('MISSING_PAYMENT_DATE', 'error', 'У записи нет даты платежа'),
('BAD_DATE', 'error', 'Дата не читается'),
('BAD_AMOUNT', 'error', 'Сумма не читается'),
('NO_CLIENT_IDENTITY', 'error', 'У записи нет ни cookie, ни телефона, ни e-mail клиента'),
('TSUID_REQUIRED', 'error', 'Новый клиент без cookie, а источник его требует'),
('CURRENCY_MISMATCH', 'error', 'Валюта записи отличается от валюты сделки'),
('CONFLICTING_DUPLICATE_IN_FILE', 'error', 'Тот же идентификатор в файле с другими данными'),
('BOUND_DEAL_MISSING', 'error', 'Сделка, к которой был привязан платёж, исчезла'),
('DB_ERROR', 'error', 'База данных не может принять запись'),
('CONFIG_ERROR', 'error', 'Источник настроен неверно'),
('FETCH_FAILED', 'error', 'Файл не удалось получить'),
('BAD_FILE', 'error', 'Файл не удалось прочитать');
