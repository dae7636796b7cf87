-- Seconds until the next call in a lane may begin, 0 if it may now: calls of one that has rested may be ahead of their spacing by the
-- slack. All workers queue at this row until the transaction ends, so that the budget is read and taken by one of them at a time.
insert into ops.pace as kept (target) values (%(lane)s)
on conflict (target) do update set next_at = kept.next_at
returning
    case
        when next_at - make_interval(secs => %(slack)s) <= clock_timestamp() then 0
        else extract(epoch from next_at - make_interval(secs => %(slack)s) - clock_timestamp())
    end::double precision as seconds;
