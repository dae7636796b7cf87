-- The next call begins one spacing after this one. Who asked a little late (a sixteenth of a spacing at most)
-- does not make all later calls late as well.
update ops.pace
set
    next_at
    = greatest(next_at, clock_timestamp() - make_interval(secs => %(spacing)s / 16))
    + make_interval(secs => %(spacing)s)
where target = %(lane)s;
