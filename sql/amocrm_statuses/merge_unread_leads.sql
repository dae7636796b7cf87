-- Leads that do not read as they last came: later runs ask for them.
with last as (
    select distinct on (lead_id)
        lead_id,
        read_no,
        problem
    from stage.amocrm_statuses_unread
    where run_id = %(run_id)s and lead_id is not null
    order by lead_id asc, read_no desc
)

insert into mart.amocrm_unread_lead as kept (account, lead_id, problem, since, asked_at, first_run_id)
select
    %(account)s,
    last.lead_id,
    last.problem,
    %(now)s as since,
    %(now)s as asked_at,
    %(run_id)s
from last
where
    last.problem is not null
    and not exists (
        select 1 from stage.amocrm_statuses_lead as read
        where read.run_id = %(run_id)s and last.lead_id = read.lead_id and last.read_no < read.read_no
    )
on conflict (account, lead_id) do update
    set problem = excluded.problem, asked_at = excluded.asked_at;
