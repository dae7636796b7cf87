-- Actions of a kind that were carried out and not yet read back, so many of them, spread evenly; null: all.
with numbered as (
    select
        action_id,
        key,
        after,
        response,
        row_number() over (order by seq) - 1 as place,
        count(*) over () as actions
    from ops.action
    where
        run_id = %(run_id)s and kind = %(kind)s and state = 'done'
        and not coalesce(response, '{}') ? 'read_back'
)

select
    action_id,
    key,
    after,
    response
from numbered
where
    %(most)s::integer is null or actions <= %(most)s
    or place * %(most)s / actions <> (place - 1) * %(most)s / actions
    or place = 0
order by place;
