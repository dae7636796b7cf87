-- Runs of several pipelines: words that fit each of them, and staged rows that a failed run may go on with.
update ops.code
set text = 'Запуск начат'
where code = 'RUN_STARTED';
update ops.code
set text = 'Запуск закончен'
where code = 'RUN_FINISHED';
update ops.code
set text = 'Другой запуск уже идёт'
where code = 'RUN_ALREADY_ACTIVE';
update ops.code
set text = 'Настройки неверны'
where code = 'CONFIG_ERROR';
insert into ops.code (code, severity, text) values
('NO_ACTIVE_SOURCE', 'warning', 'Нет ни одного действующего источника'),
('ACCESS_DENIED', 'error', 'Внешняя система не пускает: ключ, права или оплата'),
('VENDOR_FAILED', 'error', 'Внешняя система не выполнила запрос');

create unlogged table stage.staged_run (
    run_id bigint primary key
);
comment on table stage.staged_run is 'Runs whose staged rows are all there: gone with them when they make room, or when the server crashes';
comment on column stage.staged_run.run_id is 'ops.run';

-- Staged rows of a run that failed less than a day ago stay: somebody may clear the task that failed.
create or replace function stage.make_room(for_run bigint) returns void language plpgsql as $$
declare
    needed bigint[];
    staged regclass;
begin
    perform pg_advisory_xact_lock(hashtext('dealflow stage.make_room'));
    needed := array(
        select run_id from ops.run
        where
            run_id <> for_run
            and (
                state = 'running'
                or state = 'failed'
                and finished_at > now() - interval '1 day'
                and run_id in (select staged_run.run_id from stage.staged_run)
            )
    );
    for staged in
        select relid from pg_catalog.pg_stat_user_tables where schemaname = 'stage' order by relname
    loop
        if needed = '{}' then
            execute format('truncate %s', staged);
        else
            execute format('delete from %s where run_id <> all($1)', staged) using needed;
        end if;
    end loop;
end
$$;
