-- Pages of a list before which leads were deleted since the page before them was read, and how many; rows: of a full page.
with page as (
    select
        page,
        max(rows) over () as rows,
        lag(read_at) over (order by page) - interval '2 seconds' as after_at,
        read_at + interval '2 seconds' as before_at
    from stage.amocrm_statuses_page
    where run_id = %(run_id)s and stream = %(stream)s
),

-- Of a first reading nearly all of the bin was deleted long before: to compare it with every page takes seconds.
gone as (
    select
        lead_id,
        deleted_at
    from stage.amocrm_statuses_gone
    where run_id = %(run_id)s and deleted_at >= (select min(after_at) from page)
    union
    select
        lead_id,
        occurred_at
    from stage.amocrm_statuses_event
    where
        run_id = %(run_id)s
        and type in ('lead_deleted', 'entity_merged')
        and occurred_at >= (select min(after_at) from page)
)

select
    page.page,
    page.rows,
    count(distinct gone.lead_id) as deleted
from page
inner join gone on page.after_at <= gone.deleted_at and page.before_at >= gone.deleted_at
group by page.page, page.rows
order by page.page;
