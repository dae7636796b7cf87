-- A small company and the runs of its import: one good, one with refusals, one dry, one failed, one of a source now gone.
insert into mart.deal_status (status_id, name, kind) overriding system value values
(1, 'Новая', 'new'), (2, 'Повторное обращение', 'repeat'), (3, 'В работе', 'in_work'), (4, 'Оплачена', 'won'), (5, 'Отменена', 'lost');

insert into mart.client (client_id, name, company, created_at, origin) overriding system value values
(1, 'Ольга Демина', 'ООО «Северный ветер»', '2026-01-10 09:00+00', 'manual'),
(2, '<b>Хитрый</b> & "Ко"', null, '2026-03-01 03:00+00', 'deal_import'),
(3, 'Общество с ограниченной ответственностью «Научно-производственное объединение металлоконструкций и оборудования имени Константина Эдуардовича»', null, '2026-03-01 03:00+00', 'deal_import'),
(4, null, null, '2026-03-01 03:00+00', 'deal_import');
insert into mart.client_key (kind, value, client_id, value_raw) values
('phone', '79210001122', 1, '8 (921) 000-11-22'), ('email', 'olga.demo@example.org', 1, 'Olga.Demo@example.org'), ('tsuid', 'a91f3c77e0b24d', 1, 'a91f3c77e0b24d'), ('phone', '79210003344', 2, '+7 921 000-33-44');
insert into mart.client_stats (client_id, last_deal_at) values (1, '2026-02-27 15:05+00');
insert into mart.deal (deal_id, client_id, conversion_id, external_id, status_id, created_at, actual_amount, actual_amount_locked, potential_amount, currency, note, origin)
overriding system value values
(1, 1, 'cv-77120', 'ORD-8841', 4, '2026-02-27 15:05+00', 15400, true, 20000, 'RUB', E'Перезвонить на 8 921 000-11-22\nСделка создана из импорта', 'deal_import'),
(2, 1, null, null, 1, '2026-02-10 09:00+00', null, false, 1250000.5, 'RUB', null, 'manual'),
(3, 1, null, 'ORD-7', 2, '2026-02-20 09:00+00', null, false, null, null, null, 'manual'),
(4, 2, null, null, 1, '2026-03-01 09:00+00', -1200.50, true, null, 'USD', 'Сделка создана из импорта', 'deal_import');

insert into ops.run (run_id, pipeline, source, dag_run_id, trigger, dry_run, state, started_at, finished_at, counters, error) overriding system value values
(1, 'deal_import', 'gone', 'scheduled__1', 'scheduled', false, 'success', '2026-02-01 03:00+00', '2026-02-01 03:00:02.5+00', '{"created":0,"bound":0,"overwritten":0,"status_set":0,"unchanged":0,"ignored":0,"duplicate":0,"refused":0}', null),
(2, 'deal_import', 'main', 'scheduled__2', 'scheduled', false, 'partial', '2026-03-01 01:00+00', '2026-03-01 01:01:15+00', '{"created":3,"bound":8,"overwritten":1,"status_set":1,"unchanged":12840,"ignored":2,"duplicate":1,"refused":4}', null),
(3, 'deal_import', 'main', 'manual__3', 'manual', true, 'success', '2026-03-02 01:00+00', '2026-03-02 01:00:03+00', '{"created":1,"bound":0,"overwritten":0,"status_set":0,"unchanged":21,"ignored":0,"duplicate":0,"refused":0}', null),
(4, 'deal_import', 'main', 'manual__4', 'manual', false, 'failed', '2026-03-03 01:00+00', '2026-03-03 01:00:31+00', '{}', 'Файл не удалось получить: https://shop.example/export.xml ответил 404. Писать на admin@example.org'),
(5, 'deal_import', 'resting', 'manual__5', 'manual', false, 'skipped', '2026-03-03 02:00+00', '2026-03-03 02:00:01+00', '{}', 'Импорт этого источника уже идёт'),
(6, 'deal_import', 'main', 'two_sources', 'manual', false, 'running', '2026-03-04 02:00+00', null, '{}', null),
(7, 'deal_import', 'resting', 'two_sources', 'manual', false, 'success', '2026-03-04 02:00+00', '2026-03-04 02:00:01+00', '{}', null),
(8, 'opencart_catalog', null, 'scheduled__2', 'scheduled', false, 'success', '2026-03-01 01:00+00', '2026-03-01 01:01:15+00', '{}', null);
select setval(pg_get_serial_sequence('ops.run', 'run_id'), 100);
insert into ops.landed_file (run_id, uri, sha256, bytes, landed_at) values
(2, 's3://user:secret@landing/deal_import/main/2026-03-01.xml', '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08', 7340032, '2026-03-01 01:00:02+00');

insert into ops.run_log (run_id, seq, at, severity, outcome, codes, record_key, position, client_id, deal_id, details) values
(2, 1, '2026-03-01 01:00+00', 'info', null, '{RUN_STARTED}', null, null, null, null, '{}'),
(2, 2, '2026-03-01 01:00+00', 'info', null, '{UNKNOWN_ELEMENT}', null, null, null, null, '{"element":"manager","count":12,"first_position":3}'),
(2, 3, '2026-03-01 01:01+00', 'info', 'bound', '{CLIENT_FOUND,PAYMENT_BOUND,DEAL_STATUS_SET}', 'PAY-100501', 1, 1, 1, '{"client":{"rule":"phone","others":[]},"deal":{"rule":"conversion_id"},"amount":"15400.00","currency":"RUB","deal_status":{"old":"Новая","new":"Оплачена"},"manual_amount":"500.00"}'),
(2, 4, '2026-03-01 01:01+00', 'warning', 'created', '{CLIENT_CREATED,CLIENT_WITHOUT_TSUID,DEAL_CREATED,PAYMENT_BOUND,LAST_DEAL_DATE_MOVED}', 'PAY-100502', 2, 2, 4, '{"deal":{"rule":"created"},"amount":"-1200.50","currency":"USD","last_deal_at":{"old":null,"new":"2026-03-01T09:00:00+00:00"}}'),
(2, 5, '2026-03-01 01:01+00', 'warning', 'bound', '{CLIENT_FOUND,CLIENT_AMBIGUOUS,CLIENT_CONFLICT,PAYMENT_BOUND,UNKNOWN_STATUS}', '<script>alert(1)</script>', 3, 3, null, '{"client":{"rule":"tsuid","others":[7,9]},"deal":{"rule":"nearest_new"},"amount":"70","currency":"RUB","raw_status":"ждём +7 921 000-55-66"}'),
(2, 6, '2026-03-01 01:01+00', 'info', 'overwritten', '{RECORD_OVERWRITTEN,DEAL_STATUS_SET}', 'PAY-5', 4, 4, 2, '{"actual_amount":{"old":"100.00","new":"150.00"},"currency":"RUB","status":{"old":"Новая","new":"Оплачена"},"deal_status":{"old":"Новая","new":"Оплачена"}}'),
(2, 7, '2026-03-01 01:01+00', 'error', 'refused', '{BAD_AMOUNT,BAD_DATE}', 'PAY-6', 5, null, null, '{"faults":{"actual_amount":"12x","payment_date":"31.02.2026"}}'),
(2, 8, '2026-03-01 01:01+00', 'error', 'refused', '{CLIENT_FOUND,CURRENCY_MISMATCH}', 'PAY-7', 6, 1, null, '{"client":{"rule":"email"},"currency_mismatch":{"deal":"USD","record":"RUB"}}'),
(2, 9, '2026-03-01 01:01+00', 'error', 'refused', '{A_CODE_OF_TOMORROW}', 'PAY-8', 7, null, null, '["not", "a", "mapping"]'),
(2, 10, '2026-03-01 01:01+00', 'info', null, '{RUN_FINISHED}', null, null, null, null, '{"records":12860,"clients_created":3,"deals_created":3,"bound_by":{"phone":8},"codes":{"BAD_AMOUNT":1,"CURRENCY_MISMATCH":1,"PAYMENT_BOUND":3}}'),
(3, 1, '2026-03-02 01:00+00', 'info', 'created', '{CLIENT_CREATED,DEAL_CREATED,PAYMENT_BOUND}', 'PAY-9', 1, null, null, '{"amount":"10","currency":"RUB","deal":{"rule":"created"}}');

insert into mart.payment (source, record_id, deal_id, client_id, amount, currency, raw_status, status_key, status_pending, paid_at, bound_by, file_position, first_run_id, last_run_id) values
('main', 'PAY-100501', 1, 1, 15400, 'RUB', 'Оплачена', 'оплачена', false, '2026-03-01 09:30+00', 'conversion_id', 1, 2, 3),
('main', 'PAY-100502', 4, 2, -1200.50, 'USD', 'ждём', 'ждём', true, '2026-03-01 09:30+00', 'created', 2, 2, 2);
insert into mart.client_feed (client_id, at, kind, deal_id, source, run_id, details) values
(2, '2026-03-01 01:01+00', 'client_created', null, 'main', 2, '{"link":"https://user:secret@shop.example/export.xml?token=hidden","record_id":"PAY-100502"}'),
(2, '2026-03-01 01:01+00', 'deal_created', 4, 'main', 2, '{"link":"https://shop.example/export.xml","record_id":"PAY-100502"}');
