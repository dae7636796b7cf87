-- Leads that read by now, or are there no longer, are not asked for any more.
with asked as (
    select
        lead_id,
        max(read_no) as read_no,
        bool_or(problem is null) as is_gone
    from stage.amocrm_statuses_unread
    where run_id = %(run_id)s and lead_id is not null
    group by lead_id
),

read as (
    select
        lead_id,
        read_no
    from stage.amocrm_statuses_lead
    where run_id = %(run_id)s
    union all
    select
        lead_id,
        read_no
    from stage.amocrm_statuses_gone
    where run_id = %(run_id)s
),

mended as (
    select read.lead_id
    from read
    left join asked on read.lead_id = asked.lead_id
    where read.read_no > coalesce(asked.read_no, -1)
    union
    select lead_id
    from asked
    where is_gone
)

delete from mart.amocrm_unread_lead as kept
using mended
where kept.account = %(account)s and kept.lead_id = mended.lead_id
returning
    kept.lead_id,
    exists (
        select 1
        from stage.amocrm_statuses_lead as staged
        where staged.run_id = %(run_id)s and staged.lead_id = kept.lead_id
    ) as reads_now;
