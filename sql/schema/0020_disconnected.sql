-- The title of a disconnection fits both the act and what a run says that was left out because of it.
update ops.code
set text = 'Подключение отключено человеком'
where code = 'AMO_DISCONNECTED';
