-- A check by hand is logged even of an order that nothing is decided about; actions on one object are found by its key alone.
-- squawk-ignore-file require-concurrent-index-creation, require-concurrent-index-deletion
insert into ops.code (code, severity, text) values
('ORDER_CHECKED', 'info', 'Заказ сверен со сделкой вручную');

drop index ops.action_key_idx;
create index action_key_idx on ops.action (key, target, account);
