-- Orders of a small shop in 1C and what became of them in Calltouch: shipped, checked by hand, rejected, left alone.
insert into mart.client (client_id, name, created_at, origin) overriding system value values
(11, 'Анна Седова', '2026-03-01 03:00+00', 'calltouch_orders');
insert into mart.deal (deal_id, client_id, external_id, status_id, created_at, origin) overriding system value
select 21, 11, '11111111-0000-4000-8000-000000000001', status_id, '2026-03-01 09:00+00', 'calltouch_orders' from mart.deal_status where kind = 'new';
insert into mart.client_feed (client_id, at, kind, deal_id, source, run_id, details) values
(11, '2026-03-01 10:00+00', 'deal_created', 21, '1C', 201, '{"order":"Заказ покупателя ЕР00-000123 от 01.03.2026"}');

insert into ops.run (run_id, pipeline, source, dag_run_id, trigger, dry_run, state, started_at, finished_at, waits_until, counters, error) overriding system value values
(201, 'calltouch_orders', '1C', 'scheduled__ct', 'scheduled', false, 'success', '2026-03-01 10:00+00', '2026-03-01 10:00:02+00', null, '{"new":4,"changed":1,"unchanged":1200,"refused":2}', null),
(202, 'calltouch_orders', 'main', 'scheduled__ct', 'scheduled', false, 'partial', '2026-03-01 10:00:03+00', '2026-03-01 10:00:09+00', null, '{"created":2,"shipped":1,"unchanged":9,"skipped_no_contact":1,"refused":1,"source_written":1}', null),
(203, 'calltouch_orders', 'service', 'scheduled__ct', 'scheduled', false, 'running', '2026-03-01 10:00:03+00', null, '2026-03-01 11:00+00', '{}', null),
(204, 'calltouch_orders', 'main', 'manual__check', 'manual', true, 'success', '2026-03-02 10:00+00', '2026-03-02 10:00:02+00', null, '{"unchanged":1}', null),
(205, 'calltouch_orders', 'old', 'manual__old', 'manual', false, 'failed', '2026-02-02 10:00+00', '2026-02-02 10:00:02+00', null, '{}', 'Calltouch (old): ключ не подходит (401). Писать на admin@example.org');
insert into ops.landed_file (run_id, uri, sha256, bytes, landed_at) values
(201, 'file:///landing/calltouch_orders/201.jsonl', '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08', 73400, '2026-03-01 10:00:01+00');

insert into mart.erp_order (order_ref, kind, number, title, ordered_at, posted, deleted, contractor, organisation, manager, total, currency, rate, closed_at, base_order_ref, phones, emails, source_short, source_full, client_id, deal_id, first_run_id, last_run_id) values
('11111111-0000-4000-8000-000000000001', 'customer_order', 'ЕР00-000123', 'Заказ покупателя ЕР00-000123 от 01.03.2026 12:00:00', '2026-03-01 09:00+00', true, false, 'Анна Седова', 'Автозапчасти на Садовой', 'Орлов П. С.', 15400, 'RUB', 1, null, null, '{79210001122,79210003344}', '{anna.sedova@example.org}', 'yandex', 'yandex / cpc / осень / шины 79210005566', 11, 21, 201, 201),
('11111111-0000-4000-8000-000000000002', 'work_order', 'ЕР00-000123', 'Заказ-наряд ЕР00-000123 от 01.02.2026 12:00:00', '2026-02-01 09:00+00', true, false, 'ООО «Общество с очень длинным именем, которое не помещается в колонку и переносится на несколько строк»', 'Сервис на Заводской', null, 100, 'USD', 90.5, '2026-02-02 09:00+00', '11111111-0000-4000-8000-000000000001', '{79210007788}', '{}', 'Позвонил сам 8 921 000-77-88', null, null, null, 201, 201),
('11111111-0000-4000-8000-000000000003', 'customer_order', 'ЕР00-000124', '<b>Заказ</b> ЕР00-000124', '2026-03-01 08:00+00', false, false, null, null, null, 0, 'RUB', 1, null, null, '{}', '{}', null, null, null, null, 201, 201),
('11111111-0000-4000-8000-000000000004', 'customer_order', 'ЕР00-000125', 'Заказ покупателя ЕР00-000125 от 01.03.2026', '2026-03-01 07:00+00', true, true, 'Пётр', 'Автозапчасти на Садовой', null, 500, 'RUB', 1, null, null, '{79210009900}', '{}', null, null, null, null, 201, 201);
insert into mart.erp_order_line (order_ref, line_no, item, kind, groups, quantity, amount) values
('11111111-0000-4000-8000-000000000001', 1, 'Шина зимняя 195/65 R15', 'Шины', '{Шина зимняя 195/65 R15,Зимние,Шины}', 4, 14000),
('11111111-0000-4000-8000-000000000001', 2, 'Масло моторное 5W-40', 'Масла', '{}', 1.5, 1400);
insert into mart.erp_shipment (shipment_ref, order_ref, number, shipped_at, posted, deleted, total, profit) values
('22222222-0000-4000-8000-000000000001', '11111111-0000-4000-8000-000000000001', 'РН-1', '2026-03-01 12:00+00', true, false, 15400, 3000),
('22222222-0000-4000-8000-000000000002', '11111111-0000-4000-8000-000000000001', 'РН-2', '2026-03-01 13:00+00', false, false, 10, null);
insert into mart.erp_return (return_ref, order_ref, number, returned_at, posted, deleted, total, profit) values
('33333333-0000-4000-8000-000000000001', '11111111-0000-4000-8000-000000000001', 'ВЗ-1', '2026-03-03 12:00+00', true, false, 1400, 200);
insert into mart.calltouch_deal (site_id, order_ref, account, order_kind, order_title, ordered_at, calltouch_order_id, state, sent_status, sent_status_at, sent_revenue, sent_margin, sent_funnel, sent_manager, sent_tags, first_sent_at, last_sent_at, last_error, attempts, last_run_id) values
('101', '11111111-0000-4000-8000-000000000001', 'main', 'customer_order', 'Заказ покупателя ЕР00-000123', '2026-03-01 09:00+00', 90210, 'shipped', 'Заказ отгружен', '2026-03-01 12:00+00', 14000, 2800, 'Шины', 'Орлов П. С.', '{Масла,Шины}', '2026-03-01 10:00:04+00', '2026-03-01 10:00:05+00', null, 2, 202),
('101', '11111111-0000-4000-8000-000000000002', 'main', 'work_order', 'Заказ-наряд ЕР00-000123', '2026-02-01 09:00+00', 90211, 'created', 'Оформлен заказ', '2026-02-01 09:00+00', 9050, null, null, null, '{}', '2026-03-01 10:00:04+00', '2026-03-01 10:00:04+00', null, 1, 202),
('202', '11111111-0000-4000-8000-000000000002', 'service', 'work_order', 'Заказ-наряд ЕР00-000123', '2026-02-01 09:00+00', null, 'create_pending', null, null, null, null, null, null, null, null, null, null, 0, 203),
('101', '11111111-0000-4000-8000-000000000003', 'main', 'customer_order', '<b>Заказ</b> ЕР00-000124', '2026-03-01 08:00+00', null, 'skipped_no_contact', null, null, null, null, null, null, null, null, null, null, 0, 202),
('101', '11111111-0000-4000-8000-000000000004', 'main', 'customer_order', 'Заказ покупателя ЕР00-000125', '2026-03-01 07:00+00', null, 'rejected', null, null, null, null, null, null, null, null, '2026-03-01 10:00:06+00', 'Некорректный телефон +7 921 000-99-00', 1, 202);
insert into mart.calltouch_lead_source (site_id, order_ref, state, source, medium, campaign, keyword, checked_at, found_at, written_back_at, written_short, written_value, kept_value) values
('101', '11111111-0000-4000-8000-000000000001', 'found', 'yandex', 'cpc', 'осень', 'шины 79210005566', '2026-03-01 10:00:07+00', '2026-03-01 10:00:07+00', '2026-03-01 10:00:08+00', 'yandex', 'yandex / cpc / осень', null),
('101', '11111111-0000-4000-8000-000000000002', 'found', 'google', null, null, null, '2026-03-01 10:00:07+00', '2026-03-01 10:00:07+00', null, null, null, 'Позвонил сам 8 921 000-77-88');

insert into ops.action (action_id, run_id, seq, pipeline, target, account, kind, key, before, after, state, attempts, http_status, response, error, planned_at, sent_at, done_at) overriding system value values
(301, 202, 1, 'calltouch_orders', 'calltouch', 'calltouch_main', 'create', '11111111-0000-4000-8000-000000000001', null, '{"orderNumber":"11111111-0000-4000-8000-000000000001","orderName":"Заказ покупателя ЕР00-000123","status":"Оформлен заказ","orderDate":"01-03-2026 12:00:00","revenue":"15400.00","matching":[{"type":"leadContact","leadContactParams":{"phones":["79210001122"],"emails":["anna.sedova@example.org"],"date":"01-03-2026 12:00:00","tags":["Садовая"],"tagsLogic":"and"}},{"type":"withoutSource"}],"orderContacts":{"mainContacts":{"fio":"Анна Седова","phoneNumber":"79210001122","email":"anna.sedova@example.org"},"otherContacts":{"phoneNumber":["79210003344"]}},"addTags":[{"tag":"Масла"},{"tag":"Шины"}]}', 'done', 1, 200, '{"orderNumber":"11111111-0000-4000-8000-000000000001","calltouchOrderId":90210}', null, '2026-03-01 10:00:03+00', '2026-03-01 10:00:04+00', '2026-03-01 10:00:04+00'),
(302, 202, 2, 'calltouch_orders', 'calltouch', 'calltouch_main', 'update', '11111111-0000-4000-8000-000000000001', '{"status":"Оформлен заказ","statusDate":"01-03-2026 12:00:00","revenue":"15400.00","margin":null,"funnel":null}', '{"orderNumber":"11111111-0000-4000-8000-000000000001","status":"Заказ отгружен","statusDate":"01-03-2026 15:00:00","revenue":"14000.00","margin":"2800.00","funnel":"Шины","currency":"rub","addTags":{"overwrite":false,"tags":[{"tag":"Шины"}]}}', 'done', 2, 200, '{}', null, '2026-03-01 10:00:03+00', '2026-03-01 10:00:05+00', '2026-03-01 10:00:05+00'),
(303, 202, 3, 'calltouch_orders', 'calltouch', 'calltouch_main', 'create', '11111111-0000-4000-8000-000000000004', null, '{"orderNumber":"11111111-0000-4000-8000-000000000004","revenue":"500.00"}', 'failed', 1, 200, '{"error":"Некорректный телефон"}', 'Некорректный телефон +7 921 000-99-00', '2026-03-01 10:00:03+00', '2026-03-01 10:00:06+00', '2026-03-01 10:00:06+00'),
(304, 202, 4, 'calltouch_orders', 'onec', 'onec', 'set_source', '11111111-0000-4000-8000-000000000001', '{"short":null,"full":null}', '{"short":"yandex","full":"yandex / cpc / осень","kind":"customer_order"}', 'done', 1, 200, '{"short":"yandex"}', null, '2026-03-01 10:00:07+00', '2026-03-01 10:00:08+00', '2026-03-01 10:00:08+00'),
(305, 203, 1, 'calltouch_orders', 'calltouch', 'calltouch_service', 'create', '11111111-0000-4000-8000-000000000002', null, '["damaged"]', 'planned', 0, null, null, null, '2026-03-01 10:00:04+00', null, null);
select setval(pg_get_serial_sequence('ops.action', 'action_id'), 1000);
select setval(pg_get_serial_sequence('ops.run', 'run_id'), 1000);

insert into ops.run_log (run_id, seq, at, severity, outcome, codes, record_key, client_id, deal_id, details) values
(202, 1, '2026-03-01 10:00:03+00', 'info', null, '{RUN_STARTED}', null, null, null, '{}'),
(202, 2, '2026-03-01 10:00:05+00', 'info', 'shipped', '{ORDER_CREATED,ORDER_SHIPPED}', '11111111-0000-4000-8000-000000000001', 11, 21, '{"title":"Заказ покупателя ЕР00-000123","revenue":{"old":null,"new":"14000.00"}}'),
(202, 3, '2026-03-01 10:00:06+00', 'error', 'refused', '{REJECTED}', '11111111-0000-4000-8000-000000000004', null, null, '{"title":"Заказ покупателя ЕР00-000125","error":"Некорректный телефон +7 921 000-99-00"}'),
(201, 1, '2026-03-01 10:00:01+00', 'error', 'refused', '{BAD_DOCUMENT}', '44444444-0000-4000-8000-000000000001', null, null, '{"entity":"Document_ЗаказПокупателя","message":"нет даты"}'),
(204, 1, '2026-03-02 10:00:01+00', 'info', 'unchanged', '{MARGIN_UNKNOWN}', '11111111-0000-4000-8000-000000000001', 11, 21, '{"title":"Заказ покупателя ЕР00-000123","deal":90210,"source":"yandex / cpc","differences":[{"field":"revenue","in_order":"14000.00","in_calltouch":"13000.00"},{"field":"tags","in_order":"Масла, Шины","in_calltouch":null},{"field":"status","in_order":"Заказ отгружен","in_calltouch":"Оформлен заказ"}]}');

insert into ops.budget (target, account, method, window_start, calls, points) values
('calltouch', 'calltouch_main', 'create', date_trunc('hour', clock_timestamp()), 3, 30),
('calltouch', 'calltouch_main', 'journal', date_trunc('hour', clock_timestamp()), 2, 2),
('calltouch', 'calltouch_main', 'create', date_trunc('hour', clock_timestamp()) - interval '2 hours', 1204, 45.5),
('calltouch', 'calltouch_main', 'refused', date_trunc('hour', clock_timestamp()) - interval '2 hours', 1, 0),
('calltouch', 'calltouch_gone', 'update', date_trunc('hour', clock_timestamp()) - interval '3 hours', 7, 7);
