-- The vendor says that nothing will pass before a moment: the window that ends then is spent, for all workers.
insert into ops.budget as kept (target, account, method, window_start, calls)
values (%(target)s, %(account)s, 'refused', %(until)s::timestamptz - interval '1 hour', 1)
on conflict (target, account, method, window_start) do update set calls = kept.calls + 1;
