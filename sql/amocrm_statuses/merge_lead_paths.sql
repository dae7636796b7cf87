-- One row a lead that is built anew, where it is not so already: each status it had, once, by the last time it had it.
with last as (
    select
        lead_id,
        pipeline_id || ':' || status_id as status,
        max(seq) as seq
    from stage.amocrm_statuses_point
    where run_id = %(run_id)s
    group by lead_id, pipeline_id, status_id
),

path as (
    select
        lead_id,
        array_agg(status order by seq) as statuses
    from last
    group by lead_id
),

told as (
    select
        path.lead_id,
        date_trunc('month', lead.created_at at time zone %(zone)s::text)::date as month,
        path.statuses,
        coalesce(lead.price, 0) as price
    from path
    inner join mart.amocrm_lead as lead on lead.account = %(account)s and path.lead_id = lead.lead_id
)

insert into mart.amocrm_lead_path (account, lead_id, month, statuses, price)
select
    %(account)s,
    told.lead_id,
    told.month,
    told.statuses,
    told.price
from told
left join mart.amocrm_lead_path as kept on kept.account = %(account)s and told.lead_id = kept.lead_id
where (told.month, told.statuses, told.price) is distinct from (kept.month, kept.statuses, kept.price)
order by told.lead_id
on conflict (account, lead_id) do update
    set month = excluded.month, statuses = excluded.statuses, price = excluded.price;
