-- Nothing wrote to ops.action before this file, so its indexes need not be built concurrently.
-- squawk-ignore-file require-concurrent-index-creation
-- Writing to outside systems: shared pace, waiting for a budget, one open action an object.
create table ops.pace (
    target text primary key,
    next_at timestamptz not null default '-infinity'
);
comment on table ops.pace is 'When the next call to a vendor may begin; its row lock is what all workers queue at';
comment on column ops.pace.target is 'The vendor: rates are per address we call from, whichever the account';
comment on column ops.pace.next_at is 'Not before this moment';

alter table ops.run add column waits_until timestamptz;
comment on column ops.run.waits_until is 'A vendor''s budget is spent until then: nobody works on the run, and it is not abandoned';

alter table ops.action add column lot text;
comment on column ops.action.lot is 'Actions of different lots never share a call; a run by days has a lot a day. Null: no lots';

-- Whoever plans while an earlier action on the same object is open would send it twice.
create unique index action_open_uq on ops.action (target, account, kind, key)
where state in ('planned', 'sending', 'uncertain');
create index action_unsettled_idx on ops.action (pipeline, target, account) where state in ('planned', 'sending', 'uncertain');
create index action_key_idx on ops.action (target, account, key);
create index action_done_idx on ops.action (done_at) where done_at is not null;
create index action_planned_idx on ops.action (run_id, seq) where state = 'planned';
