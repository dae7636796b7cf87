-- Seconds until the next call to the vendor may begin, 0 if it may now. All workers queue at this row until the
-- transaction ends, so that the budget is read and taken by one of them at a time.
insert into ops.pace as kept (target) values (%(target)s)
on conflict (target) do update set next_at = kept.next_at
returning
    case
        when next_at <= clock_timestamp() then 0
        else extract(epoch from next_at - clock_timestamp())
    end::double precision as seconds;
