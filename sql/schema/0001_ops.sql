-- What ran and what was done: runs, their log, actions on other systems, budgets, cursors, landed files.
create schema ops;
comment on schema ops is 'What ran and what was done';

create table ops.run (
    run_id bigint generated always as identity primary key,
    pipeline text not null,
    source text,
    dag_run_id text not null,
    trigger text not null check (trigger in ('scheduled', 'manual', 'backfill', 'asset')),
    dry_run boolean not null default false,
    state text not null default 'running' check (state in ('running', 'success', 'partial', 'failed', 'skipped')),
    started_at timestamptz not null default now(),
    finished_at timestamptz,
    counters jsonb not null default '{}',
    error text,
    logical_date timestamptz,
    staged integer,
    plan_revision bigint
);
comment on table ops.run is 'One row a pipeline, source and attempt at it';
comment on column ops.run.run_id is 'Our own number of the run';
comment on column ops.run.pipeline is 'The dag_id';
comment on column ops.run.source is 'Which of the pipeline''s sources; null where it has but one';
comment on column ops.run.dag_run_id is 'The run_id of Airflow';
comment on column ops.run.trigger is 'What started it: scheduled, manual, backfill, asset';
comment on column ops.run.dry_run is 'Planned only: nothing outside ops and stage was changed';
comment on column ops.run.state is 'running, success, partial (some records refused), failed (nothing applied), skipped';
comment on column ops.run.started_at is 'When it was opened; «now» of every rule that compares with the present';
comment on column ops.run.finished_at is 'When it reached its final state';
comment on column ops.run.counters is 'Records by outcome; their sum is the number of records read';
comment on column ops.run.error is 'Why the whole run failed or was skipped, in the users'' language';
comment on column ops.run.logical_date is 'The schedule slot the run stands for; null for runs by hand';
comment on column ops.run.staged is 'Records staged: the plan must account for each';
comment on column ops.run.plan_revision is 'ops.mart_revision on which the plan was made';
create unique index run_one_running_uq on ops.run (pipeline, coalesce(source, '')) where state = 'running';
create index run_latest_idx on ops.run (pipeline, source, started_at desc);
create index run_dag_run_idx on ops.run (dag_run_id);

create table ops.code (
    code text primary key,
    severity text not null check (severity in ('info', 'warning', 'error')),
    text text not null
);
comment on table ops.code is 'The dictionary of codes that log rows carry';
comment on column ops.code.code is 'Fixed word of the pipeline''s dossier';
comment on column ops.code.severity is 'info, warning or error';
comment on column ops.code.text is 'What the code means, for the people who read the log';

create table ops.run_log (
    run_id bigint not null,
    seq integer not null,
    at timestamptz not null default now(),
    severity text not null check (severity in ('info', 'warning', 'error')),
    outcome text,
    codes text[] not null,
    record_key text,
    position integer,
    client_id bigint,
    deal_id bigint,
    details jsonb not null default '{}',
    primary key (run_id, seq)
);
comment on table ops.run_log is 'One row a record that changed something, was refused or deserves a look; and the run''s own events';
comment on column ops.run_log.run_id is 'ops.run';
comment on column ops.run_log.seq is 'Order within the run';
comment on column ops.run_log.at is 'When the row was written';
comment on column ops.run_log.severity is 'The gravest of the codes';
comment on column ops.run_log.outcome is 'The one word for what became of the record; null for events of the run';
comment on column ops.run_log.codes is 'All codes that apply (ops.code)';
comment on column ops.run_log.record_key is 'The record''s identifier as the source wrote it';
comment on column ops.run_log.position is 'Which record of the file it is, from 1';
comment on column ops.run_log.client_id is 'The client found or created';
comment on column ops.run_log.deal_id is 'The deal found or created';
comment on column ops.run_log.details is 'Which rule found whom, old and new values; no personal data';
create index run_log_record_idx on ops.run_log (record_key);
create index run_log_grave_idx on ops.run_log (run_id, seq) where severity <> 'info';

create table ops.action (
    action_id bigint generated always as identity primary key,
    run_id bigint not null references ops.run (run_id),
    seq integer not null,
    pipeline text not null,
    target text not null,
    account text not null,
    kind text not null,
    key text not null,
    before jsonb,
    after jsonb,
    state text not null default 'planned'
    check (state in ('planned', 'sending', 'done', 'failed', 'uncertain', 'skipped')),
    attempts integer not null default 0,
    http_status integer,
    response jsonb,
    error text,
    planned_at timestamptz not null default now(),
    sent_at timestamptz,
    done_at timestamptz,
    unique (run_id, seq)
);
comment on table ops.action is 'Every write to an outside system, planned before it is sent';
comment on column ops.action.action_id is 'Key';
comment on column ops.action.run_id is 'The run that planned it';
comment on column ops.action.seq is 'Order within the run';
comment on column ops.action.pipeline is 'The dag_id';
comment on column ops.action.target is 'The vendor';
comment on column ops.action.account is 'Which connection of that vendor';
comment on column ops.action.kind is 'The vendor''s operation';
comment on column ops.action.key is 'How the object is looked up at the vendor when an answer was lost';
comment on column ops.action.before is 'What the vendor held';
comment on column ops.action.after is 'What it shall hold';
comment on column ops.action.state is 'planned, sending, done, failed, uncertain, skipped';
comment on column ops.action.attempts is 'Calls made';
comment on column ops.action.http_status is 'Of the last answer';
comment on column ops.action.response is 'The last answer, secrets and personal data taken out';
comment on column ops.action.error is 'The vendor''s words';
comment on column ops.action.planned_at is 'When the plan was committed';
comment on column ops.action.sent_at is 'When the last call began';
comment on column ops.action.done_at is 'When it reached its final state';

create table ops.budget (
    target text not null,
    account text not null,
    method text not null,
    window_start timestamptz not null,
    calls integer not null default 0,
    points numeric(18, 2) not null default 0,
    primary key (target, account, method, window_start)
);
comment on table ops.budget is 'What was spent of a vendor''s limits in each window, shared by all workers';
comment on column ops.budget.target is 'The vendor';
comment on column ops.budget.account is 'Which connection of that vendor';
comment on column ops.budget.method is 'What the limit counts';
comment on column ops.budget.window_start is 'Start of the window';
comment on column ops.budget.calls is 'Calls made in it';
comment on column ops.budget.points is 'Points spent in it';

create table ops.cursor (
    pipeline text not null,
    source text not null,
    name text not null,
    value text not null,
    run_id bigint not null,
    primary key (pipeline, source, name)
);
comment on table ops.cursor is 'Where incremental reading stands';
comment on column ops.cursor.pipeline is 'The dag_id';
comment on column ops.cursor.source is 'Which of its sources';
comment on column ops.cursor.name is 'Which cursor';
comment on column ops.cursor.value is 'Its value';
comment on column ops.cursor.run_id is 'The run that moved it last';

create table ops.landed_file (
    run_id bigint primary key references ops.run (run_id),
    uri text not null,
    sha256 text not null,
    bytes bigint not null,
    landed_at timestamptz not null default now()
);
comment on table ops.landed_file is 'What each run received, kept as received';
comment on column ops.landed_file.run_id is 'The run that read it';
comment on column ops.landed_file.uri is 'Where the bytes are kept';
comment on column ops.landed_file.sha256 is 'Of the bytes, in hexadecimal';
comment on column ops.landed_file.bytes is 'Size';
comment on column ops.landed_file.landed_at is 'When they were received';
create index landed_file_at_idx on ops.landed_file (landed_at);

create table ops.mart_revision (
    one boolean primary key default true check (one),
    revision bigint not null
);
comment on table ops.mart_revision is 'Counts the changes of what matching reads, so that a plan knows when it is out of date';
comment on column ops.mart_revision.one is 'The only row';
comment on column ops.mart_revision.revision is 'Grows with every statement that writes clients, keys, deals, statuses or payments';
insert into ops.mart_revision (revision) values (0);
