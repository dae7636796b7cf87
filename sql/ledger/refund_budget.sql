-- A call that the vendor took no points for still was a call.
update ops.budget set points = greatest(0, points - %(points)s)
where
    target = %(target)s and account = %(account)s and method = %(method)s
    and window_start = %(window_start)s;
