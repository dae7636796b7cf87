-- What the log of a run did not say: where a file came from, attempts that failed, files and currencies that look wrong. And words
-- for a fault that fit all that it stands for: its particulars name the text and why it is not taken.
alter table ops.landed_file add column origin text;
comment on column ops.landed_file.origin is 'Where it was fetched from, without credentials and query; null: not told';

insert into ops.code (code, severity, text) values
('ATTEMPT_FAILED', 'warning', 'Попытка не удалась, следующая начнётся сама'),
('NO_RECORDS', 'warning', 'В файле нет ни одной записи'),
('UNKNOWN_CURRENCY', 'warning', 'Такой валюты нет в ISO 4217, записи приняты как есть');

update ops.code set text = 'Файл не принят'
where code = 'BAD_FILE';
update ops.code set text = 'Сумма или валюта не принимается'
where code = 'BAD_AMOUNT';
update ops.code set text = 'Дата не принимается'
where code = 'BAD_DATE';
update ops.code set text = 'У записи нет пригодного идентификатора'
where code = 'MISSING_ID';
