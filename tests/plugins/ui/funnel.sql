-- A licence seller's account: sales, a refusal with a reason and one without, a return, a lead that went outside, one deleted, one never mapped.
insert into ops.run (run_id, pipeline, source, dag_run_id, trigger, dry_run, state, started_at, finished_at, counters, error) overriding system value values
(700, 'amocrm_statuses', 'amocrm', 'scheduled__0', 'scheduled', false, 'success', '2026-08-01 01:05+00', '2026-08-01 01:09+00', '{"entered":8,"unmapped":1,"unknown_deleted":1}', null),
(701, 'amocrm_statuses', 'amocrm', 'scheduled__1', 'scheduled', false, 'success', '2026-08-02 02:05+00', '2026-08-02 02:06+00', '{"moved":1,"changed":1,"unchanged":7}', null),
(702, 'amocrm_statuses', 'amocrm', 'manual__2', 'manual', true, 'success', '2026-08-02 09:00+00', '2026-08-02 09:01+00', '{"moved":1}', null),
(703, 'amocrm_statuses', null, 'manual__3', 'manual', false, 'failed', '2026-08-02 10:00+00', '2026-08-02 10:00:02+00', '{}', 'Настройки неверны'),
(704, 'amocrm_statuses', 'amocrm_old', 'manual__4', 'manual', false, 'success', '2026-01-01 10:00+00', '2026-01-01 10:01+00', '{"entered":1}', null);
insert into ops.connection (target, account, vendor_account, host, state, reason, changed_at, run_id) values
('amocrm', 'amocrm', '31000001', 'demo-sales.amocrm.ru', 'connected', null, '2026-08-01 01:05+00', 700),
('amocrm', 'amocrm_old', '31000009', 'old-sales.amocrm.ru', 'disconnected', 'Отключил <b>человек</b>', '2026-01-02 10:00+00', 704);

insert into mart.client (client_id, name, origin, created_at) overriding system value values
(9101, 'Ольга Снегова', 'amocrm_statuses', '2026-08-01 01:05+00');
insert into mart.client_link (system, external_id, client_id) values ('amocrm', '60500011', 9101);

insert into mart.amocrm_account (account, account_id, name, subdomain, host, timezone, currency, is_filter_enabled, is_loss_reason_enabled, changed_run_id) values
('amocrm', 31000001, 'Лицензии <и> Ко', 'demo-sales', 'demo-sales.amocrm.ru', 'Asia/Yekaterinburg', 'RUB', true, true, 700);
insert into mart.amocrm_pipeline (account, pipeline_id, name, sort, is_main, is_archive, is_gone, changed_run_id) values
('amocrm', 8200011, 'Лицензии', 1, true, false, false, 700),
('amocrm', 8200022, 'Продление <i>', 2, false, false, false, 700);
insert into mart.amocrm_status (account, pipeline_id, status_id, name, sort, type, color, is_editable, is_gone, changed_run_id) values
('amocrm', 8200011, 101, 'Проработка заявки', 10, 0, null, true, false, 700),
('amocrm', 8200011, 102, 'Расчет КП', 20, 0, null, true, false, 700),
('amocrm', 8200011, 103, 'Согласование договора', 30, 0, null, true, false, 700),
('amocrm', 8200011, 104, 'Ждёт клиента', 40, 0, null, true, false, 700),
('amocrm', 8200011, 105, 'Возврат денег', 50, 0, null, true, false, 700),
('amocrm', 8200011, 106, 'Спор <b>', 60, 0, null, true, false, 700),
('amocrm', 8200011, 107, 'Старый этап', 70, 0, null, true, true, 700),
('amocrm', 8200011, 142, 'Акты по лицензиям выставлены', 10000, 0, null, false, false, 700),
('amocrm', 8200011, 143, 'Закрыто и не реализовано', 11000, 0, null, false, false, 700),
('amocrm', 8200022, 201, 'Заявка на продление', 10, 0, null, true, false, 700),
('amocrm', 8200022, 142, 'Продлено', 10000, 0, null, false, false, 700),
('amocrm', 8200022, 143, 'Не продлено', 11000, 0, null, false, false, 700);
insert into mart.amocrm_user (account, user_id, name, group_id, is_admin, is_active, is_listed, changed_run_id) values
('amocrm', 9100001, 'Анна Ветрова', 0, true, true, true, 700),
('amocrm', 9100002, 'Борис <u>Лесной</u>', 0, false, true, false, 700);
insert into mart.amocrm_loss_reason (account, loss_reason_id, name, sort, is_gone, changed_run_id) values
('amocrm', 15500021, 'Дорого', 10, false, 700);
insert into mart.amocrm_custom_field (account, entity_type, field_id, name, code, type, is_computed, sort, is_gone, changed_run_id) values
('amocrm', 'leads', 1500102, 'Себестоимость', null, 'numeric', false, 1, false, 700),
('amocrm', 'leads', 1500105, 'Дата акта', null, 'date', false, 2, false, 700);

insert into mart.amocrm_lead (account, lead_id, name, price, pipeline_id, status_id, responsible_user_id, loss_reason_id, created_at, updated_at, closed_at, main_contact_id, fingerprint, is_deleted, deleted_at, deleted_reason, first_run_id, changed_run_id) values
('amocrm', 41000001, 'Лицензии для <script>alert(1)</script>', 1000, 8200011, 142, 9100001, null, '2026-01-10 08:00+00', '2026-02-10 08:00+00', '2026-02-10 08:00+00', 60500011, 'a', false, null, null, 700, 701),
('amocrm', 41000002, 'Сразу акты', 500, 8200011, 142, 9100002, null, '2026-01-20 08:00+00', '2026-01-25 08:00+00', '2026-01-25 08:00+00', null, 'b', false, null, null, 700, 700),
('amocrm', 41000003, 'Отказ сразу', 300, 8200011, 143, 9100001, 15500021, '2026-02-01 08:00+00', '2026-02-05 08:00+00', '2026-02-05 08:00+00', 60500012, 'c', false, null, null, 700, 700),
('amocrm', 41000004, 'Отказ после договора 100%_', 300, 8200011, 143, 9100002, null, '2026-02-02 08:00+00', '2026-02-06 08:00+00', '2026-02-06 08:00+00', null, 'd', false, null, null, 700, 700),
('amocrm', 41000005, 'В договоре', 200, 8200011, 103, null, null, '2026-02-03 08:00+00', '2026-02-07 08:00+00', null, null, 'e', false, null, null, 700, 700),
('amocrm', 41000008, 'Вернули деньги', 1000, 8200011, 105, 9100001, null, '2026-03-01 08:00+00', '2026-03-20 08:00+00', null, null, 'f', false, null, null, 700, 700),
('amocrm', 41000010, 'Ушла в спор', 100, 8200011, 106, 9100001, null, '2026-03-02 08:00+00', '2026-03-05 08:00+00', null, null, 'g', false, null, null, 700, 700),
('amocrm', 41000018, null, 130, 8200011, 106, 9100001, null, '2026-03-03 08:00+00', '2026-03-08 08:00+00', null, null, 'h', false, null, null, 700, 700),
('amocrm', 41000019, 'Удалённая', 140, 8200011, 103, 9100001, null, '2026-03-04 08:00+00', '2026-03-06 08:00+00', null, null, 'i', true, '2026-03-09 08:00+00', 'bin', 700, 701),
('amocrm', 41000020, 'Только спор', null, 8200011, 106, 9100001, null, '2026-03-05 08:00+00', '2026-03-07 08:00+00', null, null, 'j', false, null, null, 700, 700);
insert into mart.amocrm_contact (account, contact_id, name, phones, emails, updated_at, fingerprint, first_run_id, changed_run_id) values
('amocrm', 60500011, 'Ольга Снегова', '{+79210000001}', '{olga@example.org}', '2026-01-10 08:00+00', 'x', 700, 700);
insert into mart.amocrm_lead_tag (account, lead_id, tag_id, name) values ('amocrm', 41000001, 1, 'сайт <b>');
insert into mart.amocrm_lead_custom_field_value (account, lead_id, field_id, value_index, value_text, value_num, value_ts) values
('amocrm', 41000001, 1500102, 0, '400.5', 400.5, null),
('amocrm', 41000001, 1500105, 0, '2026-02-01', null, '2026-02-01 00:00+00');

insert into mart.amocrm_funnel (account, funnel_id, title, place) values ('amocrm', 'licenses', 'Продажи лицензий', 1);
insert into mart.amocrm_container (account, funnel_id, container_id, title, position, marker) values
('amocrm', 'licenses', 'new', 'Проработка заявки', 1, null),
('amocrm', 'licenses', 'quote', 'Расчет КП', 2, null),
('amocrm', 'licenses', 'contract', 'Договор <b>', 3, null),
('amocrm', 'licenses', 'hold', 'Ждёт клиента', 4, 'pause'),
('amocrm', 'licenses', 'won', 'Акты выставлены', 5, 'success'),
('amocrm', 'licenses', 'lost', 'Закрыто', 6, 'refusal'),
('amocrm', 'licenses', 'back', 'Возврат денег', 7, 'return');
insert into mart.amocrm_container_status (account, pipeline_id, status_id, funnel_id, container_id) values
('amocrm', 8200011, 101, 'licenses', 'new'), ('amocrm', 8200022, 201, 'licenses', 'new'), ('amocrm', 8200011, 102, 'licenses', 'quote'),
('amocrm', 8200011, 103, 'licenses', 'contract'), ('amocrm', 8200011, 104, 'licenses', 'hold'), ('amocrm', 8200011, 142, 'licenses', 'won'),
('amocrm', 8200022, 142, 'licenses', 'won'), ('amocrm', 8200011, 143, 'licenses', 'lost'), ('amocrm', 8200022, 143, 'licenses', 'lost'),
('amocrm', 8200011, 105, 'licenses', 'back');
insert into mart.amocrm_calc_field (account, calc_id, title, expression, place) values
('amocrm', 'margin', 'Маржа', 'price - cf(1500102)', 1), ('amocrm', 'share', 'Доля', 'price / 0', 2);
insert into mart.amocrm_lead_calculated_value (account, lead_id, calc_id, value, problem) values
('amocrm', 41000001, 'margin', 599.5, null), ('amocrm', 41000001, 'share', null, 'division_by_zero');
insert into mart.amocrm_config_build (account, run_id, config_hash, settings, timezone, history_from, leads, built_at) values
('amocrm', 700, 'hash', '{"policies": {"backfill": "previous", "price_basis": "current"}}', 'Asia/Yekaterinburg', '2026-01-01 00:00+00', 9, '2026-08-01 01:05+00');

insert into mart.amocrm_lead_path (account, lead_id, month, statuses, price) values
('amocrm', 41000001, '2026-01-01', '{8200011:101,8200011:102,8200011:103,8200011:142}', 1000),
('amocrm', 41000002, '2026-01-01', '{8200011:101,8200011:142}', 500),
('amocrm', 41000003, '2026-02-01', '{8200011:101,8200011:143}', 300),
('amocrm', 41000004, '2026-02-01', '{8200011:101,8200011:103,8200011:143}', 300),
('amocrm', 41000005, '2026-02-01', '{8200011:101,8200011:103}', 200),
('amocrm', 41000008, '2026-03-01', '{8200011:101,8200011:102,8200011:142,8200011:105}', 1000),
('amocrm', 41000010, '2026-03-01', '{8200011:101,8200011:106}', 100),
('amocrm', 41000018, '2026-03-01', '{8200011:101,8200011:142,8200011:106}', 130),
('amocrm', 41000020, '2026-03-01', '{8200011:106}', 0);
insert into mart.amocrm_path (account, month, statuses, leads, price)
select account, month, statuses, count(*), sum(price) from mart.amocrm_lead_path group by account, month, statuses;

insert into mart.amocrm_lead_funnel_state (account, lead_id, funnel_id, container_id, position, marker, since, is_outside, price, sales_volume, success_amount, returned_amount, success_at, success_at_source, refused_at, refused_from, loss_reason_id, history_complete, created_at, created_day, responsible_user_id, main_contact_id, changed_run_id) values
('amocrm', 41000001, 'licenses', 'won', 5, 'success', '2026-02-10 08:00+00', false, 1000, 1000, 1000, 0, '2026-02-10 08:00+00', 'event', null, null, null, true, '2026-01-10 08:00+00', '2026-01-10', 9100001, 60500011, 701),
('amocrm', 41000002, 'licenses', 'won', 5, 'success', '2026-01-25 08:00+00', false, 500, 500, 500, 0, '2026-01-25 08:00+00', 'snapshot', null, null, null, true, '2026-01-20 08:00+00', '2026-01-20', 9100002, null, 700),
('amocrm', 41000003, 'licenses', 'lost', 6, 'refusal', '2026-02-05 08:00+00', false, 300, 0, 0, 0, null, null, '2026-02-05 08:00+00', 'new', 15500021, true, '2026-02-01 08:00+00', '2026-02-01', 9100001, 60500012, 700),
('amocrm', 41000004, 'licenses', 'lost', 6, 'refusal', '2026-02-06 08:00+00', false, 300, 0, 0, 0, null, null, '2026-02-06 08:00+00', 'contract', null, true, '2026-02-02 08:00+00', '2026-02-02', 9100002, null, 700),
('amocrm', 41000005, 'licenses', 'contract', 3, null, '2026-02-07 08:00+00', false, 200, 0, 0, 0, null, null, null, null, null, false, '2026-02-03 08:00+00', '2026-02-03', null, null, 700),
('amocrm', 41000008, 'licenses', 'back', 7, 'return', '2026-03-20 08:00+00', false, 1000, 0, 1000, 1000, '2026-03-10 08:00+00', 'event', null, null, null, true, '2026-03-01 08:00+00', '2026-03-01', 9100001, null, 700),
('amocrm', 41000010, 'licenses', 'new', 1, null, '2026-03-02 08:00+00', true, 100, 0, 0, 0, null, null, null, null, null, true, '2026-03-02 08:00+00', '2026-03-02', 9100001, null, 700),
('amocrm', 41000018, 'licenses', 'won', 5, 'success', '2026-03-05 08:00+00', true, 130, 0, 130, 0, '2026-03-05 08:00+00', 'event', null, null, null, true, '2026-03-03 08:00+00', '2026-03-03', 9100001, null, 700);
insert into mart.amocrm_lead_container_pass (account, lead_id, funnel_id, container_id, position, kind, passed_at, last_entered_at, entries, closed_seconds, open_since) values
('amocrm', 41000001, 'licenses', 'new', 1, 'visited', '2026-01-10 08:00+00', '2026-01-10 08:00+00', 1, 864000, null),
('amocrm', 41000001, 'licenses', 'quote', 2, 'visited', '2026-01-20 08:00+00', '2026-01-20 08:00+00', 1, 3600, null),
('amocrm', 41000001, 'licenses', 'contract', 3, 'visited', '2026-01-20 09:00+00', '2026-01-20 09:00+00', 1, 1810800, null),
('amocrm', 41000001, 'licenses', 'won', 5, 'visited', '2026-02-10 08:00+00', '2026-02-10 08:00+00', 1, 0, '2026-02-10 08:00+00'),
('amocrm', 41000002, 'licenses', 'new', 1, 'visited', '2026-01-20 08:00+00', '2026-01-20 08:00+00', 1, 432000, null),
('amocrm', 41000002, 'licenses', 'quote', 2, 'implied', '2026-01-25 08:00+00', null, 0, 0, null),
('amocrm', 41000002, 'licenses', 'contract', 3, 'implied', '2026-01-25 08:00+00', null, 0, 0, null),
('amocrm', 41000002, 'licenses', 'won', 5, 'visited', '2026-01-25 08:00+00', '2026-01-25 08:00+00', 1, 0, '2026-01-25 08:00+00');
insert into mart.amocrm_lead_container_interval (account, lead_id, seq, funnel_id, container_id, entered_at, left_at, source) values
('amocrm', 41000001, 0, 'licenses', 'new', '2026-01-10 08:00+00', '2026-01-20 08:00+00', 'first_event'),
('amocrm', 41000001, 1, 'licenses', 'quote', '2026-01-20 08:00+00', '2026-01-20 09:00+00', 'event'),
('amocrm', 41000001, 2, 'licenses', 'contract', '2026-01-20 09:00+00', '2026-02-10 08:00+00', 'event'),
('amocrm', 41000001, 3, 'licenses', 'won', '2026-02-10 08:00+00', null, 'event'),
('amocrm', 41000010, 0, 'licenses', 'new', '2026-03-02 08:00+00', '2026-03-05 08:00+00', 'first_event');
insert into mart.amocrm_lead_transition (account, lead_id, seq, occurred_at, pipeline_id, status_id, source, event_id) values
('amocrm', 41000001, 0, '2026-01-10 08:00+00', 8200011, 101, 'first_event', null),
('amocrm', 41000001, 1, '2026-01-20 08:00+00', 8200011, 102, 'event', 'e1'),
('amocrm', 41000001, 2, '2026-01-20 09:00+00', 8200011, 103, 'event', 'e2'),
('amocrm', 41000001, 3, '2026-02-10 08:00+00', 8200011, 142, 'event', 'e3'),
('amocrm', 41000010, 0, '2026-03-02 08:00+00', 8200011, 101, 'first_event', null),
('amocrm', 41000010, 1, '2026-03-05 08:00+00', 8200011, 106, 'snapshot', null);
insert into mart.amocrm_lead_utm (account, lead_id, utm_source, utm_medium, utm_campaign, metrika_cid, provenance) values
('amocrm', 41000001, 'yandex', 'cpc', 'brand <b>', '1767261512345678901', '{"utm_source":"system","utm_medium":"slot"}'),
('amocrm', 41000002, 'yandex', 'cpc', 'generic', null, '{}'),
('amocrm', 41000003, 'yandex', 'email', null, null, '{}');
insert into mart.amocrm_mapping_issue (account, kind, pipeline_id, status_id, funnel_id, leads, lead_ids, first_seen_at, first_run_id) values
('amocrm', 'unmapped_status', 8200011, 106, '', 3, '{41000010,41000018,41000020}', '2026-08-01 01:05+00', 700),
('amocrm', 'outside_after_success', 0, 0, 'licenses', 1, '{41000018}', '2026-08-01 01:05+00', 700);
insert into mart.amocrm_sdh_push (account, lead_id, funnel_id, outer_id, remote_pipeline_id, state, remote_id, payload_hash, attempts, http_status, error, pushed_at, run_id) values
('amocrm', 41000001, 'licenses', '31000001-41000001', '77', 'sent', '66b0c1', 'h', 1, 201, null, '2026-08-01 01:08+00', 700),
('amocrm', 41000002, 'licenses', '31000001-41000002', '77', 'unknown', null, 'h', 1, null, 'нет ответа <b>', null, 700);

insert into ops.run_log (run_id, seq, at, severity, outcome, codes, record_key, details) values
(700, 1, '2026-08-01 01:06+00', 'info', null, '{AMO_COVERAGE}', null, '{"pipelines":[{"name":"Лицензии","leads":9,"mapped":6,"unmapped_statuses":["Спор"]}]}'),
(701, 1, '2026-08-02 02:06+00', 'info', 'moved', '{AMO_MOVED,AMO_WON}', 'lead:41000001', '{"funnels":{"licenses":{"title":"Продажи лицензий","from":"Договор","to":"Акты выставлены","marker":"success","sales":[0,1000],"success_at":"2026-02-10T08:00:00+00:00"}}}'),
(701, 2, '2026-08-02 02:06+00', 'info', 'left', '{AMO_DELETED}', 'lead:41000019', '{"why":"deleted","funnels":{"licenses":{"from":"Договор","to":null}}}');
