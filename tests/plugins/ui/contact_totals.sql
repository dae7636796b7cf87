-- A travel club's portal: a trip shared by three, one paid in euros, one without a date, a refund, a deal that is won no more.
insert into ops.run (run_id, pipeline, source, dag_run_id, trigger, dry_run, state, started_at, finished_at, counters, error) overriding system value values
(500, 'bitrix24_contact_totals', 'bitrix24', 'scheduled__0', 'scheduled', false, 'success', '2026-08-01 01:15+00', '2026-08-01 01:20+00', '{"counted":5,"updated":4}', null),
(501, 'bitrix24_contact_totals', 'bitrix24', 'scheduled__1', 'scheduled', false, 'partial', '2026-08-02 01:15+00', '2026-08-02 01:21+00', '{"counted":4,"unattributed":1,"refused":2,"left":1,"updated":2,"failed":1,"gone":1,"unchanged":21,"postponed":5}', null),
(502, 'bitrix24_contact_totals', 'bitrix24', 'manual__2', 'manual', true, 'success', '2026-08-02 09:00+00', '2026-08-02 09:03+00', '{"counted":4,"updated":1}', null),
(503, 'bitrix24_contact_totals', null, 'manual__3', 'manual', false, 'failed', '2026-08-02 10:00+00', '2026-08-02 10:00:02+00', '{}', 'Настройки неверны'),
(504, 'bitrix24_contact_totals', 'bitrix24_old', 'manual__4', 'manual', false, 'success', '2026-01-01 10:00+00', '2026-01-01 10:01+00', '{"counted":1,"updated":1}', null);

insert into mart.client (client_id, name, origin, created_at) overriding system value values
(9001, 'Анна Иванова', 'bitrix24_contact_totals', '2026-08-01 01:19+00');
insert into mart.client_link (system, external_id, client_id) values ('bitrix24', '12', 9001);
insert into mart.client_feed (client_id, at, kind, source, run_id, details) values (9001, '2026-08-01 01:19+00', 'client_created', 'bitrix24', 500, '{"contact":12}');

insert into mart.bitrix24_funnel (account, category_id, name, sort, is_gone, seen_run_id) values
('bitrix24', 0, 'Авторские туры', 100, false, 501),
('bitrix24', 3, 'Экспедиции <i>', 200, false, 501),
('bitrix24', 5, 'Детские смены', 300, true, 500),
('bitrix24_old', 0, 'Общая', 1, false, 504);
insert into mart.bitrix24_contact (account, contact_id, name, gone_at, first_run_id) values
('bitrix24', 12, 'Анна Иванова', null, 500),
('bitrix24', 15, '<b>Пётр</b> Сидоров', null, 500),
('bitrix24', 16, 'Оч' || repeat('е', 300) || 'нь длинное имя', null, 500),
('bitrix24', 17, null, '2026-08-02 01:15+00', 500),
('bitrix24', 18, 'Ольга 100%_', null, 500),
('bitrix24_old', 12, 'Другой человек', null, 504);
insert into mart.bitrix24_deal (account, deal_id, title, category_id, stage_id, closed_on, moved_at, updated_at, opportunity, currency, company_id, contact_ids, year, year_by, rate, amount_minor, target_currency, decimals, is_won, left_at, first_run_id, changed_run_id) values
('bitrix24', 7001, 'Байкал <script>alert(1)</script>', 3, 'C3:WON', '2026-07-20', '2026-07-21 08:00+00', '2026-07-21 08:00+00', 100000, 'RUB', null, '{12,15,16}', 2026, 'closedate', 1, 10000000, 'RUB', 2, true, null, 500, 500),
('bitrix24', 7002, 'Фареры', 0, 'WON', '2026-06-01', '2026-06-01 08:00+00', '2026-06-01 08:00+00', 1000, 'EUR', null, '{12}', 2026, 'closedate', 98.7654321, 9876543, 'RUB', 2, true, null, 500, 500),
('bitrix24', 7003, null, 0, 'WON', null, '2025-12-31 20:30+00', '2025-12-31 20:30+00', 50000.01, 'RUB', null, '{12,17}', 2025, 'won_at', 1, 5000001, 'RUB', 2, true, null, 500, 500),
('bitrix24', 7004, 'Ничья', 0, 'WON', '2026-02-02', '2026-02-02 08:00+00', '2026-02-02 08:00+00', 300, 'RUB', null, '{}', 2026, 'closedate', 1, 30000, 'RUB', 2, true, null, 500, 500),
('bitrix24', 7005, 'Камчатка', 0, 'WON', '2024-05-05', '2024-05-05 08:00+00', '2024-05-05 08:00+00', 100000, 'RUB', null, '{12,18}', 2024, 'closedate', 1, 10000000, 'RUB', 2, false, '2026-08-02 01:15+00', 500, 501),
('bitrix24', 7006, 'Возврат', 3, 'C3:WON', '2025-03-03', '2025-03-03 08:00+00', '2025-03-03 08:00+00', -100, 'RUB', null, '{15}', 2025, 'won_at', 1, -10000, 'RUB', 2, true, null, 500, 500),
('bitrix24_old', 1, 'Прежний портал', 0, 'WON', '2025-03-03', '2025-03-03 08:00+00', '2025-03-03 08:00+00', 5, 'RUB', null, '{12}', 2025, 'closedate', 1, 500, 'RUB', 2, true, null, 504, 504);
insert into mart.bitrix24_deal_rate (account, deal_id, currency, target_currency, rate, frozen_at, run_id) values
('bitrix24', 7002, 'EUR', 'RUB', 98.7654321, '2026-08-01 01:15+00', 500);
insert into mart.bitrix24_deal_part (account, deal_id, contact_id, amount_minor) values
('bitrix24', 7001, 12, 3333334), ('bitrix24', 7001, 15, 3333333), ('bitrix24', 7001, 16, 3333333),
('bitrix24', 7002, 12, 9876543),
('bitrix24', 7003, 12, 2500001), ('bitrix24', 7003, 17, 2500000),
('bitrix24', 7006, 15, -10000),
('bitrix24_old', 1, 12, 500);
insert into mart.contact_year_total (account, contact_id, category_id, year, amount_minor, currency, decimals, deals, changed_at, changed_run_id) values
('bitrix24', 12, 3, 2026, 3333334, 'RUB', 2, 1, '2026-08-01 01:15+00', 500),
('bitrix24', 12, 0, 2026, 9876543, 'RUB', 2, 1, '2026-08-01 01:15+00', 500),
('bitrix24', 12, 0, 2025, 2500001, 'RUB', 2, 1, '2026-08-01 01:15+00', 500),
('bitrix24', 12, 0, 2024, 0, 'RUB', 2, 0, '2026-08-02 01:15+00', 501),
('bitrix24', 15, 3, 2026, 3333333, 'RUB', 2, 1, '2026-08-01 01:15+00', 500),
('bitrix24', 15, 3, 2025, -10000, 'RUB', 2, 1, '2026-08-01 01:15+00', 500),
('bitrix24', 16, 3, 2026, 3333333, 'RUB', 2, 1, '2026-08-01 01:15+00', 500),
('bitrix24', 17, 0, 2025, 2500000, 'RUB', 2, 1, '2026-08-01 01:15+00', 500),
('bitrix24', 18, 0, 2024, 0, 'RUB', 2, 0, '2026-08-02 01:15+00', 501),
('bitrix24_old', 12, 0, 2025, 500, 'RUB', 2, 1, '2026-01-01 10:00+00', 504);
insert into mart.contact_year_total_history (account, contact_id, category_id, year, amount_minor, currency, decimals, deals, valid_from, valid_to, run_id) values
('bitrix24', 12, 3, 2026, 3333334, 'RUB', 2, 1, '2026-08-01 01:15+00', null, 500),
('bitrix24', 12, 0, 2024, 5000000, 'RUB', 2, 1, '2026-08-01 01:15+00', '2026-08-02 01:15+00', 500),
('bitrix24', 12, 0, 2024, 0, 'RUB', 2, 0, '2026-08-02 01:15+00', null, 501);
insert into mart.bitrix24_field (account, field_name, kind, category_id, year, field_id, label, precision, is_gone, seen_run_id) values
('bitrix24', 'UF_CRM_SUM_3_2026', 'total', 3, 2026, 1, 'Сумма', 2, false, 501),
('bitrix24', 'UF_CRM_SUM_0_2026', 'total', 0, 2026, 2, 'Сумма', 2, false, 501),
('bitrix24', 'UF_CRM_SUM_0_2025', 'total', 0, 2025, 3, 'Сумма', 2, false, 501),
('bitrix24', 'UF_CRM_SUM_ALL_2026', 'year', null, 2026, 4, 'Сумма', 2, false, 501),
('bitrix24', 'UF_CRM_SUM_AT', 'changed_at', null, null, 5, 'Суммы изменились', null, false, 501);
insert into mart.bitrix24_written_total (account, contact_id, field_name, amount_minor, decimals, confirmed_at, was_written, run_id) values
('bitrix24', 12, 'UF_CRM_SUM_3_2026', 3333334, 2, '2026-08-02 01:20+00', true, 501),
('bitrix24', 12, 'UF_CRM_SUM_0_2026', 1000, 2, '2026-08-02 01:20+00', false, 501),
('bitrix24', 12, 'UF_CRM_SUM_ALL_2026', 13209877, 2, '2026-08-02 01:20+00', true, 501),
('bitrix24', 15, 'UF_CRM_SUM_3_2026', 3333333, 2, '2026-08-01 01:20+00', true, 500);
insert into mart.bitrix24_snapshot (account, run_id, read_at, requests, deals, amount_minor, unattributed_minor, currency, decimals, funnels, policy) values
('bitrix24', 500, '2026-08-01 01:15+00', 1, 6, 34896544, 30000, 'RUB', 2, '{}', '{}'),
('bitrix24', 501, '2026-08-02 01:15+00', 1, 5, 24896544, 30000, 'RUB', 2, '{}', '{}'),
('bitrix24_old', 504, '2026-01-01 10:00+00', 1, 1, 500, 0, 'RUB', 2, '{}', '{}');
insert into mart.contact_tier (account, tier_no, name, per, category_id, threshold, benefit) values
('bitrix24', 1, 'Серебро', 'year', null, 30000, 'скидка 3 %'),
('bitrix24', 2, 'Золото', 'year', null, 100000, 'скидка 5 % и <i>подарок</i>'),
('bitrix24', 3, 'Друг клуба', 'all_years', null, 150000, null);

insert into ops.action (run_id, seq, pipeline, target, account, kind, key, before, after, state, attempts, http_status, response, error, sent_at, done_at) values
(501, 1, 'bitrix24_contact_totals', 'bitrix24', 'bitrix24', 'create_field', 'field:UF_CRM_SUM_0_2026', null, '{"field_name":"UF_CRM_SUM_0_2026"}', 'done', 1, 200, '{"field_id":2}', null, '2026-08-02 01:19+00', '2026-08-02 01:19+00'),
(501, 2, 'bitrix24_contact_totals', 'bitrix24', 'bitrix24', 'set_totals', 'contact:12', '{"UF_CRM_SUM_3_2026":"1250.5|RUB","UF_CRM_SUM_ALL_2026":null}', '{"UF_CRM_SUM_3_2026":"33333.34","UF_CRM_SUM_ALL_2026":"132098.77","UF_CRM_SUM_AT":"2026-08-02T04:15:00+03:00"}', 'done', 1, 200, '{"contact_id":12}', null, '2026-08-02 01:20+00', '2026-08-02 01:20+00'),
(501, 3, 'bitrix24_contact_totals', 'bitrix24', 'bitrix24', 'set_totals', 'contact:15', '{"UF_CRM_SUM_3_2026":"0.00"}', '{"UF_CRM_SUM_3_2026":"33333.33"}', 'failed', 2, 200, '{"contact_id":15,"not_accepted":["UF_CRM_SUM_3_2026"]}', 'CRM_FIELD_ERROR: +7 921 000-12-34 <b>', '2026-08-02 01:20+00', '2026-08-02 01:20+00'),
(502, 1, 'bitrix24_contact_totals', 'bitrix24', 'bitrix24', 'set_totals', 'contact:12', '["damaged"]', '["damaged"]', 'skipped', 0, null, null, 'Пробный запуск: не отправлено.', null, null);

insert into ops.run_log (run_id, seq, at, severity, outcome, codes, record_key, client_id, details) values
(501, 1, '2026-08-02 01:15+00', 'info', null, '{RUN_STARTED}', null, null, '{}'),
(501, 2, '2026-08-02 01:18+00', 'warning', 'unattributed', '{B24_UNATTRIBUTED}', 'deal:7004', null, '{"title":"Ничья","sum":"300.00","currency":"RUB","year":2026,"direction":"Авторские туры"}'),
(501, 3, '2026-08-02 01:18+00', 'info', 'left', '{B24_DEAL_LEFT}', 'deal:7005', null, '{"title":"Камчатка","sum":"100000.00","currency":"RUB","year":2024,"direction":"Авторские туры"}'),
(501, 4, '2026-08-02 01:18+00', 'error', 'refused', '{B24_BAD_SUM}', 'deal:7009', null, '{"title":"Кривая сумма"}'),
(501, 5, '2026-08-02 01:18+00', 'error', 'refused', '{B24_CURRENCY_UNKNOWN}', 'deal:7010', null, '{"title":"Чужая валюта","sum":"5","currency":"XXX"}'),
(501, 6, '2026-08-02 01:19+00', 'warning', 'updated', '{B24_TOTALS_CHANGED,B24_MANUAL_EDIT,B24_ODD_VALUE}', 'contact:12', 9001, '{"fields":{"UF_CRM_SUM_3_2026":{"before":"1250.5|RUB","after":"33333.34","year":2026,"direction":"Экспедиции <i>"}},"drift":{"UF_CRM_SUM_3_2026":{"known":"33333.34","held":"1250.5|RUB"}}}'),
(501, 7, '2026-08-02 01:19+00', 'error', 'failed', '{B24_TOTALS_CHANGED,B24_NOT_ACCEPTED}', 'contact:15', null, '{"fields":{"UF_CRM_SUM_3_2026":{"before":"0.00","after":"33333.33","year":2026,"direction":"Экспедиции <i>"}},"not_accepted":["UF_CRM_SUM_3_2026"],"error":"Портал принял запись, но хранит другое"}'),
(501, 8, '2026-08-02 01:19+00', 'warning', 'gone', '{B24_CONTACT_GONE}', 'contact:17', null, '{}'),
(501, 9, '2026-08-02 01:19+00', 'warning', 'no_field', '{B24_FIELD_MISSING}', 'contact:16', null, '{"missing":["UF_CRM_SUM_5_2026"]}'),
(501, 10, '2026-08-02 01:20+00', 'info', null, '{B24_POSTPONED}', null, null, '{"message":"Контактов отложено до следующего запуска: 5."}'),
(501, 11, '2026-08-02 01:20+00', 'info', null, '{B24_FIELD_CREATED}', null, null, '{"field":"UF_CRM_SUM_0_2026","label":"Сумма сделок 2026: Авторские туры, RUB"}'),
(502, 1, '2026-08-02 09:01+00', 'info', 'updated', '{B24_TOTALS_CHANGED}', 'contact:12', 9001, '["damaged"]'),
(504, 1, '2026-01-01 10:00+00', 'warning', 'updated', '{B24_MANUAL_EDIT}', 'contact:12', null, '{"drift":[]}');
