-- A catalogue as it was kept before the CRM's accounts were told apart.
insert into ops.run (run_id, pipeline, source, dag_run_id, trigger, state) overriding system value values
(1, 'opencart_catalog', 'opencart', 'a', 'manual', 'success'),
(2, 'opencart_catalog', 'opencart', 'b', 'manual', 'success'),
(3, 'opencart_catalog', 'opencart', 'c', 'manual', 'success'),
(4, 'opencart_catalog', 'opencart', 'd', 'manual', 'success');
insert into ops.action (run_id, seq, pipeline, target, account, kind, key, before, after, state, response) values
(1, 1, 'opencart_catalog', 'keepincrm', 'trial', 'create_material', '1', null, '{"title": "x", "sku": "A 1"}', 'done',
 '{"material_id": 7}'),
(2, 1, 'opencart_catalog', 'keepincrm', 'live', 'update_material', 'material:8',
 '{"named_prices": {"Опт": "4.00"}}', '{"named_prices": {"Опт": "4.00", "Акційна ціна": "9.00"}}', 'done', '{"material_id": 8}'),
(4, 1, 'opencart_catalog', 'keepincrm', 'later', 'update_material', 'material:7', '{}', '{"title": "z"}', 'done', '{"material_id": 7}');
insert into mart.catalog_item (identity, product_id, title, active, content_hash, last_run_id) values
('1', 1, 'a', true, '', 1), ('2', 2, 'b', true, '', 99), ('3', 3, 'c', true, '', null);
insert into mart.catalog_link (identity, material_id, key, first_seen_run_id, last_run_id) values
('1', 7, 'a', 1, 1), ('2', 8, 'b', 1, 2), ('3', 9, 'c', 1, 3);
insert into mart.catalog_category_link (shop_category_id, crm_category_id, path, last_run_id) values (1, 2, '{x}', 1);
insert into mart.catalog_sent_value (material_id, field, value, sent_at, run_id) values
(7, 'title', 'x', now(), 1),
(7, 'named_prices:Роздріб', '5.00', now(), 1),
(8, 'named_prices:Опт', '4.00', now(), 2),
(8, 'named_prices:Акційна ціна', '9.00', now(), 2);
insert into mart.catalog_picture (address, validator, last_run_id) values ('https://x', 'y', 2);
insert into mart.catalog_difference (run_id, row_no, title, facets) values
(2, 1, 'x', '{new,price}'), (2, 2, 'y', '{new}');
insert into ops.cursor (pipeline, source, name, value, run_id) values
('opencart_catalog', 'opencart', 'capabilities', '{}', 2), ('opencart_catalog', 'opencart', 'active_products', '5', 2);
