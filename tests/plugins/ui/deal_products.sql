-- A travel club's deals: one copied, one renamed by hand, one with two tours, one without, one whose day does not read, one refused,
-- one won whose date the portal has overwritten, one the last write to which was not answered.
insert into ops.run (run_id, pipeline, source, dag_run_id, trigger, dry_run, state, started_at, finished_at, counters, error) overriding system value values
(600, 'bitrix24_deal_products', 'bitrix24', 'scheduled__0', 'scheduled', false, 'success', '2026-03-01 10:00+00', '2026-03-01 10:00:09+00', '{"copied":2,"no_product":1}', null),
(601, 'bitrix24_deal_products', 'bitrix24', 'scheduled__1', 'scheduled', false, 'partial', '2026-03-02 10:00+00', '2026-03-02 10:00:31+00', '{"copied":2,"conflict":1,"failed":1,"frozen":1,"unreadable":1,"unchanged":4}', null),
(602, 'bitrix24_deal_products', 'bitrix24', 'manual__2', 'manual', true, 'success', '2026-03-02 11:00+00', '2026-03-02 11:00:04+00', '{"copied":1}', null);

insert into mart.bitrix24_funnel (account, category_id, name, sort, is_gone, seen_run_id) values ('bitrix24', 3, 'Экспедиции', 10, false, 600);

insert into mart.bitrix24_deal_product (account, deal_id, title, category_id, product_id, offer_id, product_name, fingerprint, written, doubted, state, codes, copied_at, frozen_at, seen_run_id) values
('bitrix24', 1, 'Камчатка', 3, 7001, null, 'Камчатка', '7001:a', '{"title":"Камчатка","closedate":"2026-08-21","begindate":"2026-08-10","UF_CRM_ARTICLE":"К-1"}', null, 'copied', '{}', '2026-03-01 10:00:05+00', null, 601),
('bitrix24', 2, '<b>Как договорились</b>, тел. +7 921 000-12-34', 0, 7002, 7003, 'Алтай', '7002:b', '{"title":"Алтай","closedate":"2026-07-01","UF_CRM_GUIDES":["Михаил","Анна"]}', null, 'copied', '{B24_TITLE_KEPT}', '2026-03-02 10:00:05+00', null, 601),
('bitrix24', 3, 'Двое', 3, null, null, null, null, '{}', null, 'conflict', '{B24_SEVERAL_PRODUCTS}', null, null, 601),
('bitrix24', 4, 'Пустая', 3, null, null, null, null, '{}', null, 'no_product', '{}', null, null, 600),
('bitrix24', 5, 'Летняя', 3, 7001, null, 'Камчатка', '7001:c', '{"title":"Летняя"}', null, 'unreadable', '{B24_BAD_TRIP_DATE}', '2026-03-02 10:00:06+00', null, 601),
('bitrix24', 6, 'Отклонённая', 3, null, null, null, null, '{}', null, 'failed', '{B24_REFUSED}', null, null, 601),
('bitrix24', 7, 'Выигранная', 3, 7001, null, 'Камчатка', '7001:a', '{"closedate":"2026-08-21"}', null, 'frozen', '{B24_CLOSEDATE_OVERWRITTEN}', '2026-03-01 10:00:05+00', '2026-03-02 10:00:07+00', 601),
('bitrix24', 8, 'Без ответа', 3, 7001, null, 'Камчатка', '7001:a', '{"title":"Без ответа"}', '{"title":"Камчатка-2"}', 'copied', '{}', '2026-03-01 10:00:05+00', null, 601),
('elsewhere', 9, 'Чужая', 0, null, null, null, null, '{}', null, 'no_product', '{}', null, null, 600);

insert into ops.action (action_id, run_id, seq, pipeline, target, account, kind, key, before, after, state, attempts, http_status, response, error, planned_at, sent_at, done_at) overriding system value values
(601, 600, 1, 'bitrix24_deal_products', 'bitrix24', 'bitrix24', 'set_deal_fields', 'deal:1', '{"title":"Заявка с сайта","closedate":"2026-02-01T03:00:00+03:00","begindate":null}', '{"title":"Камчатка","closedate":"2026-08-21","begindate":"2026-08-10","product_id":7001}', 'done', 1, 200, '{"deal_id":1}', null, '2026-03-01 10:00:04+00', '2026-03-01 10:00:05+00', '2026-03-01 10:00:05+00'),
(602, 601, 1, 'bitrix24_deal_products', 'bitrix24', 'bitrix24', 'set_deal_fields', 'deal:6', '{"title":"Отклонённая"}', '{"title":"Камчатка","product_id":7001}', 'failed', 2, 200, '{}', 'CRM_FIELD_ERROR_VALUE_NOT_VALID: Поле заполнено неверно', '2026-03-02 10:00:04+00', '2026-03-02 10:00:05+00', '2026-03-02 10:00:05+00'),
(603, 601, 2, 'bitrix24_deal_products', 'bitrix24', 'bitrix24', 'set_deal_fields', 'deal:2', '{"UF_CRM_PRICE":"150000|RUB"}', '{"UF_CRM_PRICE":"160000|RUB","product_id":7002}', 'done', 1, 200, '{"deal_id":2}', null, '2026-03-02 10:00:04+00', '2026-03-02 10:00:05+00', '2026-03-02 10:00:05+00'),
(604, 602, 1, 'bitrix24_deal_products', 'bitrix24', 'bitrix24', 'set_deal_fields', 'deal:8', '["damaged"]', '["damaged"]', 'skipped', 0, null, null, 'Пробный запуск: не отправлено.', '2026-03-02 11:00:04+00', null, null);

insert into ops.run_log (run_id, seq, at, severity, outcome, codes, record_key, details) values
(600, 1, '2026-03-01 10:00+00', 'info', null, '{RUN_STARTED}', null, '{}'),
(600, 2, '2026-03-01 10:00:05+00', 'info', 'copied', '{B24_COPIED}', 'deal:1', '{"title":"Заявка с сайта","product":"Камчатка","fields":{"title":{"before":"Заявка с сайта","after":"Камчатка"},"closedate":{"before":"2026-02-01T03:00:00+03:00","after":"2026-08-21"}}}'),
(601, 1, '2026-03-02 10:00+00', 'info', null, '{RUN_STARTED}', null, '{}'),
(601, 2, '2026-03-02 10:00:05+00', 'warning', 'conflict', '{B24_SEVERAL_PRODUCTS}', 'deal:3', '{"title":"Двое","products":[7001,7002]}'),
(601, 3, '2026-03-02 10:00:05+00', 'warning', 'unreadable', '{B24_BAD_TRIP_DATE}', 'deal:5', '{"title":"Летняя","dates":{"DATE_END":"летом"}}'),
(601, 4, '2026-03-02 10:00:06+00', 'error', 'failed', '{B24_REFUSED}', 'deal:6', '{"title":"Отклонённая","error":"Поле заполнено неверно"}'),
(601, 5, '2026-03-02 10:00:07+00', 'warning', 'frozen', '{B24_CLOSEDATE_OVERWRITTEN}', 'deal:7', '{"title":"Выигранная","fields":{"closedate":{"before":"2026-03-02T03:00:00+03:00","after":"2026-08-21"}}}'),
(601, 6, '2026-03-02 10:00:07+00', 'warning', 'gone', '{B24_DEAL_GONE}', 'deal:404', '["damaged"]');
select setval(pg_get_serial_sequence('ops.action', 'action_id'), 1000);
select setval(pg_get_serial_sequence('ops.run', 'run_id'), 1000);
