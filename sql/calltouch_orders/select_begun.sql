-- Whether anything of a day of a period was sent, or tried.
select exists(
    select 1 from ops.action
    where run_id = %(run_id)s and target = 'calltouch' and lot = %(lot)s and attempts > 0
) as has_begun;
